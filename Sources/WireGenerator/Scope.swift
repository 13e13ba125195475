/// How far a declaration can be seen.
enum Reach: Int, Comparable, Sendable {
  case hidden, module, package, everywhere

  static func < (left: Reach, right: Reach) -> Bool { left.rawValue < right.rawValue }

  /// The reach of an access modifier.
  init?(modifier: String) {
    switch modifier {
    case "private", "fileprivate": self = .hidden
    case "internal": self = .module
    case "package": self = .package
    case "public", "open": self = .everywhere
    default: return nil
    }
  }
}

/// The types around a place in a file.
struct Scope: Sendable {
  /// The full name of the innermost type; empty at file level.
  let path: [String]
  let isGeneric: Bool
  /// How far the innermost type can be seen, as far as this file tells.
  let reach: Reach
  /// The reach of a member that says nothing.
  let memberReach: Reach
  /// The full names of the types whose members can be named bare here, outermost first.
  let enclosing: [[String]]

  static let file = Scope(
    path: [], isGeneric: false, reach: .everywhere, memberReach: .module, enclosing: [])

  /// The scope of a type's body, or of an extension's.
  func body(of header: Header, access: Reach?) -> Scope {
    let path = path + header.path
    let isExtension = header.keyword.text == "extension"
    let own = min(reach, access ?? memberReach)
    return Scope(
      path: path,
      isGeneric: isGeneric || header.isGeneric,
      // An extension's type is declared elsewhere; its own modifier only speaks for the members.
      reach: isExtension ? reach : own,
      memberReach: isExtension ? access ?? .module : .module,
      enclosing: enclosing + [path])
  }
}
