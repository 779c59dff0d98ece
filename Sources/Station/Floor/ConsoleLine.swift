import SerialFlasher

/// The real way to a hub: a tty, and the console driver on it.
struct ConsoleLine: Sendable {
  var device: String
  var baud: UInt32
  var profile: ConsoleProfile
  /// The login's; read anew for each hub, so that it lives no longer than a conversation.
  var password: @Sendable () async throws(Fault) -> SecretBytes?

  func open() async throws(Fault) -> HubConnection {
    let secret = try await password()
    let link = try await link()
    return HubConnection(
      driver: ConsoleDriver(line: link, profile: profile, password: secret), close: { await link.close() })
  }

  /// Whether anything answers: a hub at a prompt, a login, or one that is booting. For a slot whose adapter stays.
  func isAnswering() async throws(Fault) -> Bool {
    let link = try await link()
    let answer: Result<Bool, Fault>
    do throws(LineError) {
      try await link.send(Array(profile.login.lineEnding.utf8))
      answer = .success(try await !link.receive(within: Self.answerTime).isEmpty)
    } catch { answer = .failure(Fault(error)) }
    await link.close()
    return try answer.get()
  }

  private static let answerTime = Duration.milliseconds(1500)

  private func link() async throws(Fault) -> SerialLink {
    do throws(LineError) { return try await SerialLink.open(path: device, baud: baud) } catch {
      throw Fault(error)
    }
  }
}
