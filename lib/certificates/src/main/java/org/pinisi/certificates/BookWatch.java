package org.pinisi.certificates;

/// A subscription to the changes of a [CertificateBook]; close it to end it.
public interface BookWatch extends AutoCloseable {
    @Override
    void close();
}
