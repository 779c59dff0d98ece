/// Why a verb ends early: an exit status and what to print on standard error.
struct CommandError: Error, Sendable {
  var status: ExitStatus
  var code: String
  var sentence: String
  var hint: String?

  init(_ status: ExitStatus, code: String, _ sentence: String, hint: String? = nil) {
    self.status = status
    self.code = code
    self.sentence = sentence
    self.hint = hint
  }

  var line: String { sentence + (hint.map { " \($0)" } ?? "") }

  init(_ fault: Fault) {
    let wording = Wording(fault)
    self.init(ExitStatus(fault), code: fault.code.rawValue, wording.sentence, hint: wording.hint)
  }

  init(_ error: DoorError) {
    let status: ExitStatus = if case .notPermitted = error { .notPermitted } else { .unavailable }
    self.init(status, code: "door", error.description)
  }
}
