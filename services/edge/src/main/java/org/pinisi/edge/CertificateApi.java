package org.pinisi.edge;

import java.util.List;
import org.pinisi.certificates.CertificateBook;
import org.pinisi.certificates.CertificateException;
import org.pinisi.certificates.CertificateStatus;
import org.pinisi.http.HttpException;
import org.pinisi.http.Request;
import org.pinisi.http.Response;
import org.pinisi.http.Router;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The admin interface's part on certificates: `GET /certificates`, `GET /certificates/{name}`, `POST
/// /certificates/{name}/renew`.
final class CertificateApi {
    private static final Logger log = LoggerFactory.getLogger(CertificateApi.class);

    private final EdgeCertificates certificates;

    CertificateApi(EdgeCertificates certificates) {
        this.certificates = certificates;
    }

    void addTo(Router.Builder router) {
        router.get("/certificates", _ -> AdminApi.json(200, CertificateJson.statuses(certificates.statuses())))
                .get("/certificates/{name}", AdminApi.checked(this::one))
                .post("/certificates/{name}/renew", AdminApi.checked(this::renew));
    }

    private Response one(Request request) {
        String name = named(request);
        List<CertificateStatus> all = certificates.statuses();
        return all.stream()
                .filter(status -> status.name().equals(name))
                .findFirst()
                .map(status -> AdminApi.json(200, CertificateJson.status(status)))
                .orElseThrow(() -> new HttpException(404, "nothing is known of a certificate for " + name));
    }

    private Response renew(Request request) {
        String name = named(request);
        try {
            certificates.renew(name);
        } catch (EdgeException refused) {
            return AdminApi.error(409, refused);
        }
        log.info("event=certificate-renewal-asked name={}", name);
        return AdminApi.json(202, EdgeJson.object().put("renewing", name));
    }

    private static String named(Request request) {
        try {
            return CertificateBook.name(request.pathParameter("name"));
        } catch (CertificateException malformed) {
            throw new EdgeException(String.valueOf(malformed.getMessage()), malformed);
        }
    }
}
