/// One provider: its name, and how it makes a model for a run.
package struct ModelProvider: Sendable {
  /// Makes the model a run asks for, or says why there is none.
  package typealias Maker = @Sendable (ModelRequest) throws(ModelError) -> any Model

  /// What `llm_config.provider` calls it.
  package let name: String
  /// Makes its models.
  package let make: Maker

  package init(_ name: String, make: @escaping Maker) {
    self.name = name
    self.make = make
  }
}

extension ModelProvider {
  static let builtin = ModelProvider(BuiltinModel.provider) {
    request throws(ModelError) in
    if let model = request.model, !BuiltinModel.modelNames.contains(model) {
      throw .unknownModel(provider: BuiltinModel.provider, model: model)
    }
    return BuiltinModel()
  }

  static let mock = ModelProvider(MockModel.provider) { request throws(ModelError) in
    do throws(MockScriptError) {
      return MockModel(try MockScript(metadata: request.metadata), pause: request.pause)
    } catch {
      throw .scriptInvalid(error)
    }
  }

  /// A provider that people may name, though this server has no credentials for it.
  static func withoutKey(_ name: String) -> ModelProvider {
    ModelProvider(name) { _ throws(ModelError) in throw .notConfigured(provider: name) }
  }
}
