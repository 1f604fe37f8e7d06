package org.pinisi.git;

import org.pinisi.http.Address;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.HttpClient;

/// What all operations over HTTP share.
record HttpSettings(HttpClient client, CredentialSource credentials, Redirects redirects) {
    ClientResponse send(RemoteUrl url, ClientRequest request) throws InterruptedException {
        return client.send(Address.inet(url.host(), url.port()), request.with("Host", url.authority()));
    }
}
