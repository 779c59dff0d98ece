/// The commands of the shipped profile. Each was run by dash, bash and busybox ash; each is harmless to run twice.
///
/// An identity is a folder `identity.g-<random>` beside the link `identity`. While it is staged, the link
/// `identity.staged` leads to it. Making it live renames that link over the other: one rename(2), before which the old
/// identity is whole and after which the new one is.
extension ConsoleProfile {
  static let shellPrograms = [
    "base64", "cat", "chmod", "head", "ln", "mkdir", "mv", "openssl", "readlink", "rm", "sha256sum", "stty",
    "sync",
  ]

  /// 0700 for the staged folder: what lies in it is for nobody else before it is live.
  static let shellPrepareStaged: CommandTemplate = """
    if [ ! -d {staged}/. ];then rm -f {staged} {staged}.new;mkdir -p {parent}&&(umask 077;mkdir {generation})&&\
    ln -s {generationName} {staged};fi&&cd {staged}/&&umask 022&&mkdir -p {folders}
    """

  static let shellSink: CommandTemplate = """
    umask 077;rm -f {path};{ { [ -z {owner} ]||chown {owner} {path};}&&chmod {mode} {path}&&lines|base64 -d;} >{path}
    """

  /// Past the page cache where the file system allows it.
  static let shellDigest: CommandTemplate = """
    { dd if={path} iflag=direct bs=65536 2>/dev/null||cat {path};}|sha256sum
    """

  /// A plain folder in the link's place (made by something else) cannot be renamed over by a link: it is moved away
  /// first. Between the two renames there is no live identity, and a repetition ends what was begun.
  static let shellActivate: CommandTemplate = """
    if [ -d {staged}/. ];then chmod {folderMode} {staged}/.&&\
    { [ -L {identity} ]||[ ! -d {identity} ]||mv -T {identity} {generation};}&&mv -fT {staged} {identity};\
    else [ -d {identity}/. ];fi
    """

  /// The key is in both folders while the link is switched, so that no power cut can lose it.
  static let shellDiscardButKey: CommandTemplate = """
    if [ -f {stagedKey} ];then rm -f {staged}.new;(umask 077;mkdir {generation})&&\
    (umask 022;mkdir -p {generation}/{keyFolder})&&{ ln {stagedKey} {generation}/{keyName}||cp -p {stagedKey} {generation}/{keyName};}&&\
    ln -s {generationName} {staged}.new&&mv -fT {staged}.new {staged};else rm -f {staged} {staged}.new;fi
    """

  /// Does nothing at all where a link is there and cannot be read: it must not take the live folder for an old one.
  static let shellSweep: CommandTemplate = """
    l=;s=;[ ! -L {identity} ]||l=$(readlink {identity})||exit 1;[ ! -L {staged} ]||s=$(readlink {staged})||exit 1;\
    for g in {identity}.g-*;do [ -d "$g" ]||continue;n=${g##*/};[ "$n" = "$l" ]||[ "$n" = "$s" ]||rm -rf "$g";done
    """

  /// By what the program can do, and not by whether it did: a storage that fails must not be taken for an old `sync`,
  /// which knows no single file system and ends well whatever happened.
  private static let syncOfParent =
    #"if [ -d {parent} ]&&case "$(sync --help 2>&1)" in *-f*);;*)false;;esac;then sync -f {parent};else sync;fi"#

  static let shellSync = CommandTemplate(rawValue: syncOfParent)

  static let shellMakeKey = CommandTemplate(
    rawValue: """
      umask 077;[ -s {stagedKey} ]||{ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {stagedKey}.new&&\
      { \(syncOfParent);}&&mv -f {stagedKey}.new {stagedKey};}
      """)

  /// The configuration goes in by standard input: a hub's own openssl.cnf may be missing or say something else.
  static let shellRequest: CommandTemplate = """
    printf '[req]\\nprompt=no\\ndistinguished_name=n\\n[n]\\nCN=%s\\nserialNumber=%s\\n' {commonName} {serialNumber}|\
    openssl req -new -sha256 -config /dev/stdin -key {stagedKey}
    """

  static let shellPossession: CommandTemplate = """
    [ -f {key} ]||exit 96;printf %s {message}|base64 -d|openssl dgst -sha256 -sign {key}
    """
}
