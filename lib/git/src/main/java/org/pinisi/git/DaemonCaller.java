package org.pinisi.git;

import java.io.IOException;
import org.pinisi.flow.Flow;
import org.pinisi.flow.Flows;

/// Calls `git daemon` (gitprotocol-pack(5), "Git Transport").
///
/// @param url of the scheme git
record DaemonCaller(RemoteUrl url, TransferLimits limits) implements Caller {
    @Override
    public Flow call(Service service) throws IOException, InterruptedException {
        Flow flow = Flows.tcp(url.host(), url.port(), limits.connectTime());
        flow.patience(limits.idleTime());
        try {
            // Servers older than version 2 pass over what follows the second NUL.
            String version = service == Service.FETCH ? "\0version=2\0" : "";
            byte[] packet =
                    Packets.packet(service.program() + " " + url.path() + "\0host=" + url.authority() + "\0" + version);
            flow.write(packet, 0, packet.length);
            return flow;
        } catch (IOException | RuntimeException failure) {
            flow.close();
            throw failure;
        }
    }
}
