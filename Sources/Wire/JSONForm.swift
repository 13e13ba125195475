/// The form of a JSON text, whatever its shape: RFC 8259 and nothing about fields.
enum JSONForm {
  /// What is wrong with the form of `bytes`, which goes before `error`, what is wrong with its
  /// shape.
  ///
  /// So a client learns of a broken text as such, wherever the first wrong field is.
  static func fault(
    in bytes: [UInt8], _ limits: DecodeLimits, orElse error: DecodeError
  ) -> DecodeError {
    do throws(DecodeError) {
      var source = JSONSource(bytes, limits: limits)
      try source.skip()
      try source.finish()
      return error
    } catch let form {
      return form.kind == error.kind && form.offset == error.offset ? error : form
    }
  }
}
