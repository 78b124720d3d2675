import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Perplexity of a text under a model that `bitlattice model export --onnx` wrote, with ONNX Runtime alone:
 * java -cp onnxruntime.jar OnnxPerplexity.java lm.onnx vocabulary.txt text.txt
 */
class OnnxPerplexity {
  public static void main(String[] args) throws Exception {
    List<String> words = Files.readAllLines(Path.of(args[1]));
    OrtEnvironment ort = OrtEnvironment.getEnvironment();
    try (OrtSession model = ort.createSession(args[0])) {
      Map<String, String> about = model.getMetadata().getCustomMetadata();
      int boundary = Integer.parseInt(about.get("bitlattice.boundary-id"));
      int unknown = Integer.parseInt(about.get("bitlattice.unknown-id"));
      int stateSize = Integer.parseInt(about.get("bitlattice.state-size"));
      double nats = 0;
      long tokens = 0;
      for (String line : Files.readAllLines(Path.of(args[2]))) {
        float[][] state = new float[1][stateSize];
        int last = boundary;
        for (String word : (line.strip() + " " + words.get(boundary)).strip().split("\\s+")) {
          int next = words.contains(word) ? words.indexOf(word) : unknown;
          try (OnnxTensor token = OnnxTensor.createTensor(ort, new long[] {last});
              OnnxTensor before = OnnxTensor.createTensor(ort, state);
              OrtSession.Result out = model.run(Map.of("token", token, "state", before))) {
            nats -= ((float[][]) out.get("log_probability").get().getValue())[0][next];
            state = (float[][]) out.get("next_state").get().getValue();
          }
          last = next;
          tokens++;
        }
      }
      System.out.println(Math.exp(nats / tokens));
    }
  }
}
