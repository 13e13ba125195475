/// Gives the value of an arithmetic expression.
package struct CalculatorTool: Tool {
  package init() {}

  /// The name and argument that calls use.
  static let name = "calculator", expression = "expression"

  package var description: ToolDescription {
    ToolDescription(
      name: Self.name,
      summary:
        "Gives the exact value of an arithmetic expression with + - * / % ^ and parentheses.",
      arguments: [
        ToolDescription.Argument(
          Self.expression, .text(bytesMax: Calculator.bytesMax), isRequired: true,
          summary: "The expression, such as 12 * (3 + 4).")
      ])
  }

  package var mutates: Bool { false }

  package func run(_ arguments: [ToolArgument], at _: Int64) throws(ToolError) -> ToolValue {
    guard let expression = arguments[Self.expression]?.text else {
      throw .missingArgument(Self.expression)
    }
    do throws(CalculatorError) {
      return .text(try Calculator.value(of: expression).text)
    } catch {
      throw .calculation(error)
    }
  }
}
