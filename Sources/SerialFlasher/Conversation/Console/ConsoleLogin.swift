/// What a console says before it has a shell, and what to answer.
public struct ConsoleLogin: Codable, Sendable, Equatable {
  /// A question that is answered in the same way each time: `Please press Enter to activate this console`.
  public struct Question: Codable, Sendable, Equatable {
    /// What the line that the console waits on ends with, in upper or lower case.
    public var ends: String
    public var answer: String

    public init(ends: String, answer: String) {
      self.ends = ends
      self.answer = answer
    }
  }

  /// Who logs in.
  public var user = "root"
  /// Ends of a line that ask for the user, in upper or lower case, without blanks after them.
  public var userPrompts = ["login:", "username:"]
  /// Ends of a line that ask for the password.
  public var passwordPrompts = ["password:"]
  /// Questions on the way.
  public var questions = [
    Question(ends: "please press enter to activate this console.", answer: "\n"),
    Question(ends: "please press enter to activate this console", answer: "\n"),
  ]
  /// Words after which a pause means nothing: a boot loader that counts down would stop at any key.
  public var patience = ["autoboot", "starting kernel"]
  /// What ends a line for this console.
  public var lineEnding = "\n"
  /// Frees a shell from whatever runs in it. ^C, and a new line to be shown a prompt.
  public var breakOut = "\u{3}\n"
  /// The same where ^C does nothing, for the console is not the shell's controlling terminal (a shell started by
  /// `init`): the word that ends a transfer, and the one that ends the station's own loop.
  public var secondBreakOut = "\u{3}\n.\n.\n"

  public init() {}
}
