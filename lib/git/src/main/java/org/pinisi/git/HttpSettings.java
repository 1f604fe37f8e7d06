package org.pinisi.git;

import org.pinisi.http.Address;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.HttpClient;
import org.pinisi.http.Origin;

/// What all operations over HTTP share.
record HttpSettings(HttpClient client, CredentialSource credentials, Redirects redirects) {
    ClientResponse send(RemoteUrl url, ClientRequest request) throws InterruptedException {
        boolean secure = url.scheme() == RemoteUrl.Scheme.HTTPS;
        return client.send(new Origin(Address.inet(url.host(), url.port()), secure), request);
    }
}
