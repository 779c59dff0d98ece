internal import COpenSSL
public import Foundation

/// Whether a certificate comes from an authority that this station trusts.
public enum CertificateChain {
  /// Verifies `leaf` at the time `at` as a TLS client's certificate, with OpenSSL's strict X.509 rules.
  ///
  /// Each of `authorities` is trusted as it stands, an intermediate too, without its root. `intermediates` may help to
  /// build the path and are not trusted. Throws `chainRefused` with OpenSSL's reason.
  public static func verify(
    leaf: Certificate, authorities: [Certificate], intermediates: [Certificate] = [], at date: Date
  ) throws(CertForgeError) {
    guard let time = ValidityTime.seconds(date) else {
      throw CertForgeError(.chainRefused, cause: "the time is outside of 1970 to 9999")
    }
    let certificate = try Certificate.parse(leaf.der)
    guard let store = OwnedPointer(X509_STORE_new(), releasedBy: { X509_STORE_free($0) }),
      let context = OwnedPointer(X509_STORE_CTX_new(), releasedBy: { X509_STORE_CTX_free($0) }),
      let helpers = OwnedPointer(OPENSSL_sk_new_null(), releasedBy: { forge_certificates_release($0) })
    else { throw CertForgeError(.memoryUnavailable, cause: ErrorQueue.drain()) }
    for authority in authorities {
      let parsed = try Certificate.parse(authority.der)
      // The store takes a reference of its own.
      guard X509_STORE_add_cert(store.pointer, parsed.pointer) == 1 else {
        throw CertForgeError(.memoryUnavailable, cause: ErrorQueue.drain())
      }
    }
    for intermediate in intermediates {
      let parsed = try Certificate.parse(intermediate.der)
      guard forge_certificates_append(helpers.pointer, parsed.pointer) == 1 else {
        throw CertForgeError(.memoryUnavailable, cause: ErrorQueue.drain())
      }
    }
    ErrorQueue.clear()
    guard X509_STORE_CTX_init(context.pointer, store.pointer, certificate.pointer, helpers.pointer) == 1,
      X509_STORE_CTX_set_purpose(context.pointer, X509_PURPOSE_SSL_CLIENT) == 1,
      let parameters = X509_STORE_CTX_get0_param(context.pointer),
      X509_VERIFY_PARAM_set_flags(
        parameters, UInt(X509_V_FLAG_X509_STRICT) | UInt(X509_V_FLAG_PARTIAL_CHAIN)) == 1
    else { throw CertForgeError(.chainRefused, cause: ErrorQueue.drain()) }
    X509_VERIFY_PARAM_set_time(parameters, time)
    let verified = X509_verify_cert(context.pointer) == 1
    let reason = X509_STORE_CTX_get_error(context.pointer)
    defer { ErrorQueue.clear() }
    // Both must agree: a return of 1 with an error left over would be a callback's doing, and there is none here.
    guard verified, reason == X509_V_OK else {
      throw CertForgeError(
        .chainRefused,
        values: [
          "certificate": leaf.fingerprint, "subject": leaf.subject, "issuer": leaf.issuer,
          "depth": "\(X509_STORE_CTX_get_error_depth(context.pointer))", "number": "\(reason)",
        ],
        cause: X509_verify_cert_error_string(Int(reason)).map { String(cString: $0) },
        hint:
          "compare its issuer with the trusted authorities of the settings, and the clock with its validity")
    }
  }
}
