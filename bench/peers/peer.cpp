// Measures simdjson's parser on the files of a folder: peer FOLDER SET...; a line of JSON for each figure.
// What it parses to is its own tape of the document.
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

int main(int count, char **arguments) {
  for (int index = 2; index < count; index++) {
    simdjson::dom::parser parser;
    auto text = simdjson::padded_string::load(std::string(arguments[1]) + "/" + arguments[index] + ".json").value();
    int calls = std::max<int>(1, 2000000 / (text.size() + 200));
    std::vector<double> times;
    for (int batch = 0; batch < 15; batch++) {
      auto start = std::chrono::steady_clock::now();
      for (int call = 0; call < calls; call++)
        if (parser.parse(text).error()) return 1;
      times.push_back(std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() / calls);
    }
    std::sort(times.begin(), times.end());
    std::printf("{\"codec\":\"simdjson\",\"set\":\"%s\",\"format\":\"json\",\"operation\":\"decode\",\"bytes\":%zu,\"ns\":%f}\n",
                arguments[index], text.size(), times[7]);
  }
  return 0;
}
