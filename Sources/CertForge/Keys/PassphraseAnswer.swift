internal import COpenSSL

/// Answers OpenSSL's question for a passphrase, and remembers that it was asked: that is how a key that is broken is
/// told from one whose passphrase is wrong or missing.
final class PassphraseAnswer {
  let passphrase: Passphrase?
  private(set) var asked = false

  init(_ passphrase: Passphrase?) { self.passphrase = passphrase }

  /// A UI_METHOD that answers from the `PassphraseAnswer` that came as user data. OpenSSL's own wrapper around a PEM
  /// callback would leave a copy of the passphrase on the stack.
  static func method() -> OwnedPointer? {
    guard let method = OwnedPointer(UI_create_method("passphrase"), releasedBy: { UI_destroy_method($0) })
    else {
      return nil
    }
    let set = UI_method_set_reader(method.pointer) { ui, prompt in
      guard let ui, let prompt, let data = UI_get0_user_data(ui) else { return 0 }
      switch UI_get_string_type(prompt) {
      case UIT_PROMPT, UIT_VERIFY:
        return Unmanaged<PassphraseAnswer>.fromOpaque(data).takeUnretainedValue().answer(ui, prompt)
      default:
        return 1  // information for a person; there is none
      }
    }
    guard set == 0 else { return nil }
    return method
  }

  private func answer(_ ui: OpaquePointer, _ prompt: OpaquePointer) -> Int32 {
    asked = true
    guard let passphrase else { return 0 }
    return passphrase.withBytes { bytes in
      let text = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      return UI_set_result_ex(ui, prompt, text, Int32(bytes.count)) == 0 ? 1 : 0
    }
  }
}
