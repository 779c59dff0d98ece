import Foundation

/// What python's `cryptography`, an implementation that shares no line with ours, reads in a request, a leaf and its CA.
struct PythonJudge: Decodable {
  struct Item: Decodable, Equatable {
    let name: String
    let critical: Bool
    let value: String
  }

  let requestSigned: Bool
  let requestSubject: [[String]]
  let sameKey: Bool
  let curve: String
  let subject: [[String]]
  let issuerIsCA: Bool
  let signedByCA: Bool
  let digest: String
  let version: String
  let serial: String
  let serialOctets: Int
  let notBefore: Double
  let notAfter: Double
  let fingerprint: String
  let extensions: [Item]
  let authorityExtensions: [Item]
  let keyIdentifiersAgree: Bool

  struct NoInterpreter: Error, CustomStringConvertible {
    let description =
      "no python with the package 'cryptography' was found: 'make test' installs one, or name one in STATION_TEST_PYTHON"
  }

  /// The first interpreter that can import `cryptography`.
  static func interpreter() throws -> String {
    let named = ProcessInfo.processInfo.environment["STATION_TEST_PYTHON"]
    for candidate in [named, "python3"].compactMap({ $0 }) {
      if let answer = try? Program.run(candidate, "-c", "import cryptography"), answer.succeeded {
        return candidate
      }
    }
    throw NoInterpreter()
  }

  struct Refused: Error, CustomStringConvertible {
    let description: String
  }

  static func read(request: String, leaf: String, authority: String) throws -> PythonJudge {
    let answer = try Program.run(interpreter(), "-c", script, request, leaf, authority)
    guard answer.succeeded else { throw Refused(description: answer.text) }
    return try JSONDecoder().decode(PythonJudge.self, from: Data(answer.text.utf8))
  }

  private static let script = """
    import sys, json
    from cryptography import x509
    from cryptography.x509.oid import ExtensionOID as E
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    request = x509.load_pem_x509_csr(open(sys.argv[1], "rb").read())
    leaf = x509.load_pem_x509_certificate(open(sys.argv[2], "rb").read())
    ca = x509.load_pem_x509_certificate(open(sys.argv[3], "rb").read())
    def key(o): return o.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    def name(n): return [[a.rfc4514_attribute_name, a.value] for a in n]
    def show(v):
        if isinstance(v, x509.BasicConstraints): return "ca=%s pathlen=%s" % (v.ca, v.path_length)
        if isinstance(v, x509.KeyUsage):
            names = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
                     "key_agreement", "key_cert_sign", "crl_sign"]
            return " ".join(n for n in names if getattr(v, n))
        if isinstance(v, x509.ExtendedKeyUsage): return " ".join(o.dotted_string for o in v)
        return ""
    def extensions(c):
        return [dict(name=e.oid._name, critical=e.critical, value=show(e.value)) for e in c.extensions]
    def signed():
        try: leaf.verify_directly_issued_by(ca); ca.verify_directly_issued_by(ca); return True
        except Exception: return False
    ski = ca.extensions.get_extension_for_oid(E.SUBJECT_KEY_IDENTIFIER).value.digest
    aki = leaf.extensions.get_extension_for_oid(E.AUTHORITY_KEY_IDENTIFIER).value.key_identifier
    own = leaf.extensions.get_extension_for_oid(E.SUBJECT_KEY_IDENTIFIER).value.digest
    print(json.dumps(dict(
        requestSigned=request.is_signature_valid, requestSubject=name(request.subject), sameKey=key(request) == key(leaf),
        curve=leaf.public_key().curve.name, subject=name(leaf.subject), issuerIsCA=leaf.issuer == ca.subject,
        signedByCA=signed(), digest=leaf.signature_hash_algorithm.name, version=leaf.version.name,
        serial="%x" % leaf.serial_number, serialOctets=leaf.serial_number.bit_length() // 8 + 1,
        notBefore=leaf.not_valid_before_utc.timestamp(), notAfter=leaf.not_valid_after_utc.timestamp(),
        fingerprint=leaf.fingerprint(hashes.SHA256()).hex(), extensions=extensions(leaf),
        authorityExtensions=extensions(ca), keyIdentifiersAgree=ski == aki
        and own == x509.SubjectKeyIdentifier.from_public_key(leaf.public_key()).digest)))
    """
}
