import Contract
import Negotiation
import Testing
import Wire

struct ContentTypeTests {
  // swift-format-ignore
  static let rows: [(fields: [String], expected: ContentType)] = [
    ([],                                             .absent),
    (["application/json"],                           .readable(.json)),
    (["application/cbor"],                           .readable(.cbor)),
    (["APPLICATION/Json"],                           .readable(.json)),
    (["application/json; charset=utf-8"],            .readable(.json)),
    (["application/json;CHARSET=\"UTF-8\""],         .readable(.json)),
    (["application/json;"],                          .readable(.json)),
    (["application/json ; profile=x "],              .readable(.json)),
    (["application/json;charset=UTF-16"],            .unreadable),
    (["application/json;charset=utf-8;charset=latin1"], .unreadable),
    (["application/json;charset"],                   .unreadable),
    (["application/json; charset = utf-8"],          .unreadable),
    (["application/json, application/cbor"],         .unreadable),
    (["application/json", "application/json"],       .unreadable),
    (["application/jsonx"],                          .unreadable),
    (["application/problem+json"],                   .unreadable),
    (["application/vnd.api+json"],                   .unreadable),
    (["application/cbor-seq"],                       .unreadable),
    (["text/markdown"],                              .readable(.markdown)),
    (["Text/Markdown; Charset=UTF-8; variant=GFM"],  .readable(.markdown)),
    (["text/markdown; charset=utf-16"],              .unreadable),
    (["text/markdown; charset=us-ascii"],            .unreadable),
    (["text/markdownx"],                             .unreadable),
    (["text/plain"],                                 .unreadable),
    (["application/x-www-form-urlencoded"],          .unreadable),
    (["multipart/form-data; boundary=x"],            .unreadable),
    (["application/grpc"],                           .grpc(.plain)),
    (["Application/GRPC;x=y"],                       .grpc(.plain)),
    (["application/grpc ; x=y"],                     .grpc(.plain)),
    (["application/grpc+cbor"],                      .grpc(.cbor)),
    (["application/grpc+JSON; charset=utf-8"],       .grpc(.json)),
    (["application/grpc+proto"],                     .grpc(.protobuf)),
    (["application/grpc+thrift"],                    .grpc(.other)),
    (["application/grpc+"],                          .grpc(.other)),
    (["application/grpc-web+proto"],                 .unreadable),
    (["application/grp"],                            .unreadable),
    (["application/*"],                              .unreadable),
    (["*/*"],                                        .unreadable),
    (["application"],                                .unreadable),
    (["application/"],                               .unreadable),
    ([""],                                           .unreadable),
  ]

  @Test("a body's type is read strictly", arguments: rows)
  func reads(_ row: (fields: [String], expected: ContentType)) {
    #expect(ContentType(FieldSection(row.fields.map { ("content-type", $0) })) == row.expected)
  }

  @Test("the shared vectors agree, where they lie beside the repository")
  func agreesWithSharedVectors() {
    for row in SharedVectors.read("http/content_type_cases.json")?.elements ?? [] {
      guard let expected = row["expect"]?.elements, !expected.isEmpty else { continue }
      let fields = row["content_type"]?.string.map { [("content-type", $0)] } ?? []
      let outcome: WireValue =
        if case .readable = ContentType(FieldSection(fields)) { 200 } else { 415 }
      #expect(expected.contains(outcome), "\(fields)")
    }
  }
}
