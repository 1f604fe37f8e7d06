package org.pinisi.http;

import io.netty.handler.ssl.OpenSslCertificateException;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Looks whether a client's certificate comes from one of the given authorities, and says what is wrong
/// in a way that BoringSSL turns into the alert for it; else it would tell clients of a defect of ours.
final class ClientTrust extends X509ExtendedTrustManager {
    /// What OpenSSL calls X509_V_ERR_CERT_HAS_EXPIRED, _UNABLE_TO_GET_ISSUER_CERT_LOCALLY and
    /// _CERT_REJECTED.
    private static final int EXPIRED = 10;

    private static final int UNKNOWN_ISSUER = 20;
    private static final int REJECTED = 28;

    private final X509ExtendedTrustManager checker;
    private final boolean boring;

    private ClientTrust(X509ExtendedTrustManager checker, boolean boring) {
        this.checker = checker;
        this.boring = boring;
    }

    static ClientTrust of(List<X509Certificate> issuers, boolean boring) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < issuers.size(); i++) {
                store.setCertificateEntry("issuer-" + i, issuers.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager checker) {
                    return new ClientTrust(checker, boring);
                }
            }
        } catch (GeneralSecurityException | IOException impossible) {
            throw new HttpException(500, "cannot keep the authorities of client certificates", impossible);
        }
        throw new HttpException(500, "this Java cannot check the certificates of clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        try {
            checker.checkClientTrusted(chain, kind);
        } catch (CertificateException wrong) {
            throw told(wrong);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, @Nullable SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, kind);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, @Nullable Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, kind);
    }

    private CertificateException told(CertificateException wrong) {
        if (!boring) {
            return wrong;
        }
        int code = REJECTED;
        for (Throwable cause = wrong; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathValidatorException path && path.getReason() == BasicReason.EXPIRED) {
                code = EXPIRED;
            } else if (cause instanceof CertPathBuilderException) {
                code = UNKNOWN_ISSUER;
            }
        }
        return new OpenSslCertificateException(wrong.getMessage(), wrong, code);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        throw new CertificateException("only for certificates of clients");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, @Nullable SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, kind);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, @Nullable Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, kind);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return checker.getAcceptedIssuers();
    }
}
