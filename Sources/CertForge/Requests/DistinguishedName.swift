internal import COpenSSL

/// Reading and writing X.501 names. Values go in and out as values and never as the text of a whole name, so a comma or
/// an equals sign in a serial number is a character and not syntax.
enum DistinguishedName {
  /// Appends `text` as one attribute; OpenSSL picks the string type that the attribute calls for.
  static func append(_ text: String, as attribute: Int32, to name: OpaquePointer) -> Bool {
    let bytes = Array(text.utf8)
    return X509_NAME_add_entry_by_NID(name, attribute, MBSTRING_UTF8, bytes, Int32(bytes.count), -1, 0) == 1
  }

  /// All values of `attribute`, in their order; nil when one of them is no text or holds control characters.
  static func values(of attribute: Int32, in name: OpaquePointer?) -> [String]? {
    guard let name else { return [] }
    var values: [String] = []
    var position = X509_NAME_get_index_by_NID(name, attribute, -1)
    while position >= 0 {
      guard let entry = X509_NAME_get_entry(name, position), let data = X509_NAME_ENTRY_get_data(entry),
        let text = text(of: data)
      else { return nil }
      values.append(text)
      position = X509_NAME_get_index_by_NID(name, attribute, position)
    }
    return values
  }

  /// The whole name as RFC 2253 writes it, escaped.
  static func text(of name: OpaquePointer?) -> String? {
    guard let name else { return nil }
    return MemoryText.collect { X509_NAME_print_ex($0, name, 0, forge_rfc2253_flags()) >= 0 }
  }

  private static func text(of value: UnsafePointer<ASN1_STRING>) -> String? {
    var buffer: UnsafeMutablePointer<UInt8>?
    let count = ASN1_STRING_to_UTF8(&buffer, value)
    defer { forge_release(buffer) }
    guard count >= 0, let buffer else { return nil }
    let text = String(validating: UnsafeBufferPointer(start: buffer, count: Int(count)), as: UTF8.self)
    // A NUL in the middle has been used to make two programs read two names, a line end to forge a line of a log.
    return text.flatMap { SubjectRule.hasControlCharacters($0) ? nil : $0 }
  }
}
