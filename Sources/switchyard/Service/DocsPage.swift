import Contract

/// The page for people who read and try the interface in a browser; it asks nothing of other hosts.
struct DocsPage: Sendable {
  /// One file of the page.
  private struct File {
    let name: String
    let path: PathPattern
    let summary: String
    let type: StaticText
    let bytes: [UInt8]
  }

  // swift-format-ignore
  private static let files: [File] = [
    File(name: "Docs",       path: "/docs",          summary: "Shows the interface to people, and tries its methods.", type: .html,                              bytes: PackageResources.docs_html),
    File(name: "DocsScript", path: "/docs/docs.js",  summary: "The script of that page.",                              type: "text/javascript; charset=utf-8",   bytes: PackageResources.docs_js),
    File(name: "DocsStyle",  path: "/docs/docs.css", summary: "The style of that page.",                               type: "text/css; charset=utf-8",          bytes: PackageResources.docs_css),
  ]

  static let methods: [Method<DocsPage>] = files.map { file in
    Method(
      page: "switchyard.interface.v1.Interface/\(file.name)", file.path, zone: .root,
      summary: file.summary, type: file.type, permission: nil
    ) { (_, _: NoInput, _) async throws(Fault) -> [UInt8] in file.bytes }
  }
}
