package org.bitlattice.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  @ParameterizedTest
  @CsvSource({
    "s3a://KEY:SECRET@bucket/x, s3a://(hidden)@bucket/x",
    "hdfs://me:pw@host:8020/a/b, hdfs://(hidden)@host:8020/a/b",
    "hdfs://me:pw@host, hdfs://(hidden)@host",
    "ark:s3a://KEY:SECRET@bucket/x.ark:17, ark:s3a://(hidden)@bucket/x.ark:17",
    "output=S3A://KEY:SECRET@bucket, output=S3A://(hidden)@bucket",
    "s3a://:SECRET@bucket/x, s3a://(hidden)@bucket/x",
    // A slash or an @ in a secret, which should have been written as %2F and %40.
    "s3a://KEY:SEC/RET@bucket/x, s3a://(hidden)@bucket/x",
    "s3a://KEY:SEC@RET@bucket/x, s3a://(hidden)@bucket/x",
    "s3a://KEY:12/RET@bucket/x, s3a://(hidden)@bucket/x",
    "s3a://KEY:/RET@bucket/x, s3a://(hidden)@bucket/x",
    "ftp://me:pw@[::1]:21/x, ftp://(hidden)@[::1]:21/x",
    // More is hidden than need be rather than less.
    "s3a://KEY:SECRET@bucket/a@b/c, s3a://(hidden)@b/c",
    "two: s3a://K:S@a/x and s3a://L:T@b/y., two: s3a://(hidden)@a/x and s3a://(hidden)@b/y.",
  })
  void credentialsInAnAddressAreHidden(String text, String safe) {
    assertThat(Secrets.standIn(text)).isTrue();
    assertThat(Secrets.hidden(text)).isEqualTo(safe);
    assertThat(Secrets.standIn(safe)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/data/me:pw@host/x",
        "file:///data/a:b@c",
        "hdfs://host:8020/data/a@b",
        "hdfs://[::1]:8020/a@b",
        "hdfs://me@host:8020/x",
        "abfs://container@account.dfs.core.windows.net/x",
        "jceks://hdfs@namenode:8020/user/me/keys.jceks",
        "s3a://bucket/a:b@c",
        "hdfs://me:@host/x",
        "see https://example.org: mail me@example.org",
        "s3a://$1\\bucket/x",
      })
  void whatHoldsNoPasswordStaysAsItIs(String text) {
    assertThat(Secrets.standIn(text)).isFalse();
    assertThat(Secrets.hidden(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fs.s3a.secret.key",
        "fs.s3a.access.key",
        "fs.s3a.session.token",
        "fs.azure.account.key.me.blob.core.windows.net",
        "fs.azure.sas.container.me.blob.core.windows.net",
        "fs.gs.auth.service.account.private.key",
        "spark.authenticate.secret",
        "spark.ssl.keyPassword",
        "web.token-file",
        "db.Password",
        "service.api-key",
        "sudo.passwd",
      })
  void aKeyThatNamesASecretIsOneForUsAndForSpark(String key) {
    assertThat(Secrets.isSecret(key)).isTrue();
    assertThat(Pattern.compile(Secrets.redaction()).matcher(key).find()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "corpus.segment-length",
        "rescoring.first-pass-arpa",
        "fs.s3a.endpoint",
        "fs.s3a.aws.credentials.provider",
        "spark.sql.shuffle.partitions",
        "hadoop.security.credential.provider.path",
      })
  void otherKeysAreNone(String key) {
    assertThat(Secrets.isSecret(key)).isFalse();
    assertThat(Pattern.compile(Secrets.redaction()).matcher(key).find()).isFalse();
  }

  @Test
  void sparkIsToldToHideAddressesToo() {
    Pattern redaction = Pattern.compile(Secrets.redaction());
    assertThat(redaction.matcher("https://me:pw@repository/x").find()).isTrue();
    assertThat(redaction.matcher("hdfs://host:8020/a@b").find()).isFalse();
  }
}
