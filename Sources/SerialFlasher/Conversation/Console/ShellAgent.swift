/// The small program that the station types into the hub's shell, and the language the two then speak.
///
/// Instead of typing its commands at a prompt, the station starts a loop in the login shell that reads lines and runs
/// only those that begin with a random word of this conversation and that arrived in full length. So
/// - there is no prompt, no line editing and no history between the two, whatever shell it is;
/// - a line that is not a command of ours is dropped without a trace. If a sink dies in the middle of a
///   transfer, what was on its way is read by this loop and by nobody else: not run, not printed, not remembered;
/// - a byte lost on the wire never becomes another command: the length is compared first. A line with a colon that is no
///   command is one whose beginning was damaged, and is answered too; data have no colon.
///
/// The loop runs in the login shell itself: ^C ends it and gives the prompt back, and if that shell dies, its
/// terminal is hung up and nobody reads.
struct ShellAgent: Sendable {
  /// The longest line that is sent: a line in canonical mode is cut by the kernel at 4,095 bytes.
  static let longestCommand = 3500

  private let word: String
  private let first: String
  private let second: String
  private let lineEnding: String

  /// - Parameter words: three random words of hexadecimal digits.
  init(words: [String], lineEnding: String) {
    word = "w" + (words.first ?? "")
    first = words.dropFirst().first ?? ""
    second = words.dropFirst(2).first ?? ""
    self.lineEnding = lineEnding
  }

  /// The line by which the loop says that it runs.
  var ready: String { "R\(first)\(second)" }

  /// The line by which it says that a command did not arrive whole.
  var notTaken: String { "?\(word)" }

  /// The line by which it says that the tools are there; what is missing follows after a blank.
  var tools: String { "T\(second)\(first)" }

  /// Typed at a prompt, in less than the 1,024 bytes that the line editor of busybox takes.
  ///
  /// The blank in front keeps it out of the history of shells that mind it. The loop itself is run only if it has
  /// arrived in full length: one that lost a byte might work, and not do what it is for.
  var opening: String { " o='\(loop)';[ ${#o} = \(loop.utf8.count) ]&&eval \"$o\"\(lineEnding)" }

  /// `unset HISTFILE` keeps the line out of the file of all shells; `set +o history` would be an error to dash, and one
  /// that ends the line. Bash's TMOUT would end the loop. No single quotation marks in here.
  private var loop: String {
    "stty -echo icanon isig;unset HISTFILE;[ -z \"${BASH-}\" ]||{ set +o history;unset TMOUT;};"
      + "p(){ printf \"\\n%s%s\\n\" \"$1\" \"$2\";};p R\(first) \(second);"
      + "while IFS= read -r l;do case $l in \(word):*)"
      + "c=${l#\(word):};n=${c%%:*};c=${c#*:};if [ ${#c} = \"$n\" ];then eval \"$c\";"
      + "else p \"?\" \(word);fi;;*:*)p \"?\" \(word);;.)break;;esac;done"
  }

  /// The functions that the other lines use, and a look at what the hub has.
  ///
  /// `ask`: first word, second word, bytes of output allowed, command. `lines` reads data up to a lone `.` and goes on
  /// reading when nobody takes it any more (SIGPIPE is ignored): a full disk must not send the rest elsewhere.
  /// `printf` must be the shell's own, for another program's arguments are seen by all (`ps`).
  func functions(requiring programs: [String]) -> String {
    "export LC_ALL=C;twice(){ printf '\\n%s\\n%s\\n' \"$1\" \"$1\";};"
      + "ask(){ b=$({ (eval \"$4\") </dev/null;printf ' %s' $?;}|head -c $3|base64);"
      + "h=$(printf %s \"$b\"|sha256sum);printf '\\n%s\\n%s' \"B$1$2\" \"$b\";twice \"E$2$1 ${h%% *}\";};"
      + "lines(){ twice \"O$a$z\" >&3;n=0;while IFS= read -r l;do case $l in .)break;;"
      + "\\?)twice \"A$a$z $n\" >&3;;*)n=$((n+1));printf '%s\\n' \"$l\";;esac;done 2>/dev/null;};"
      + "sink(){ a=$1 z=$2;(trap '' PIPE;exec 3>&1;eval \"$3\");twice \"D$2$1 $?\";};"
      + "m=;for t in \(programs.map(ShellWord.quoted).joined(separator: " "));do "
      + "command -v $t >/dev/null||m=\"$m $t\";done;case $(command -v printf) in printf);;*)m=\"$m builtin-printf\";;esac;"
      + "twice \"T\(second)\"\(first)\"$m\""
  }

  /// Asks for what `command` prints, in at most `allowance` bytes.
  func question(_ command: String, _ first: String, _ second: String, allowance: Int) -> String {
    "ask \(first) \(second) \(allowance) \(ShellWord.quoted(command))"
  }

  /// Opens a sink.
  func opensSink(_ command: String, _ first: String, _ second: String) -> String {
    "sink \(first) \(second) \(ShellWord.quoted(command))"
  }

  /// Ends the loop and gives the shell its echo back.
  var closing: String { "stty echo;break" }

  /// Whether `line` is a marker of this language, whatever its words; for telling it from what commands remark.
  static func isMarker(_ line: [UInt8]) -> Bool {
    guard let kind = line.first, "BEORDAT?".utf8.contains(kind) else { return false }
    let word = line.dropFirst(kind == Ascii.question ? 2 : 1).prefix { $0 != Ascii.space }
    return word.count >= 8 && word.count <= 16
      && word.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  /// What to send so that the loop runs `command`. The line end in front ends what noise has left on the line.
  func line(_ command: String) throws(HubError) -> [UInt8] {
    guard command.utf8.count <= Self.longestCommand, !command.utf8.contains(Ascii.newline) else {
      throw .unsupported("a command of \(command.utf8.count) bytes or several lines")
    }
    return Array("\(lineEnding)\(word):\(command.utf8.count):\(command)\(lineEnding)".utf8)
  }
}
