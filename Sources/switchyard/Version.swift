/// The release that this binary is.
enum Version {
  static let text = "0.1.0"
}
