/// Why there is no label.
enum LabelError: Error, Hashable, Sendable {
  case unclosed
  case templateUnreadable(String)
  case unknownField(String, known: [String])
  /// The name of the file ends in none of the forms.
  case unknownForm(String)
  case rendererMissing
  case notRendered(String)
  case notWritten(String, cause: String)

  var code: String {
    switch self {
    case .unclosed, .unknownField, .templateUnreadable: "label-template-invalid"
    case .unknownForm: "label-form-unknown"
    case .rendererMissing: "label-renderer-missing"
    case .notRendered: "label-not-rendered"
    case .notWritten: "label-not-written"
    }
  }

  var sentence: String {
    switch self {
    case .unclosed: "The label's template has a field that does not end in }}."
    case .templateUnreadable(let path):
      "\(PrintableText.of(path, limit: 200)) is no template: not there, not text, or longer than 256 KiB."
    case .unknownField(let name, _):
      "The label's template has the field {{\(PrintableText.of(name, limit: 40))}}, which a key has not."
    case .unknownForm(let path): "\(PrintableText.of(path, limit: 200)) is no name of a label."
    case .rendererMissing: "Labels in PNG and PDF need the program rsvg-convert."
    case .notRendered(let cause): "The label could not be rendered: \(cause)."
    case .notWritten(let path, let cause):
      "\(PrintableText.of(path, limit: 200)) cannot be written: \(cause)."
    }
  }

  var hint: String? {
    switch self {
    case .unclosed, .templateUnreadable: "See labels/physical-key.svg."
    case .unknownField(_, let known): "There are \(known.joined(separator: ", "))."
    case .unknownForm: "End it in .svg, .png or .pdf."
    case .rendererMissing: "Install Debian's librsvg2-bin, or name a file that ends in .svg."
    case .notRendered: "Look at the template; a file that ends in .svg shows what was drawn."
    case .notWritten: "Name a file in a folder that is there."
    }
  }
}
