package org.bitlattice.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResolvedSettingsTest {
  private static ResolvedSettings of(String text) {
    return ResolvedSettings.of(ConfigFactory.parseString(text));
  }

  @Test
  void rendersPathsInOrderAsAConfiguration() {
    ResolvedSettings settings = of("b { y = [1, two], x = 1.5 }, a = \"say \\\"hi\\\"\"");
    assertThat(settings.render())
        .isEqualTo(
            """
            a = "say \\"hi\\""
            b.x = 1.5
            b.y = [1,"two"]
            """);
    assertThat(of(settings.render())).isEqualTo(settings);
  }

  @Test
  void hidesSecrets() {
    ResolvedSettings settings =
        of(
            "s3 { secret-key = abc, access-key = abc, user = me }, db.Password = abc, web.token-file = abc");
    assertThat(settings.render())
        .isEqualTo(
            """
            db.Password = "(hidden)"
            s3.access-key = "(hidden)"
            s3.secret-key = "(hidden)"
            s3.user = "me"
            web.token-file = "(hidden)"
            """);
  }

  @Test
  void belowTakesWholePartsOfPaths() {
    ResolvedSettings settings = of("a.b = 1, a.bc = 2, a.b2.c = 3, d = 4, e.f.g = 5");
    assertThat(settings.below("a.b", "d", "e", "nothing"))
        .isEqualTo(Map.of("a.b", "1", "d", "4", "e.f.g", "5"));
    assertThat(settings.below("a")).hasSize(3);
    assertThat(settings.below()).isEmpty();
  }
}
