package org.pinisi.deployer;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/// The configuration file as a file: its name and its bytes.
final class ConfigFile {
    private static final List<String> MISNAMED = List.of("pinisi.yml", "pinisi.json", "pinisi.toml", ".pinisi.yaml");

    private ConfigFile() {}

    /// @throws ConfigException when the bytes are not UTF-8
    static String decode(byte[] content, String fileName) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException _) {
            throw refusal(fileName, "the file is not UTF-8 text", "save it as UTF-8");
        }
    }

    /// A file with nearly the right name would be passed over in silence.
    ///
    /// @throws ConfigException when there is one and no [AppConfig#FILE]
    static void refuseMisnamed(Path folder) {
        if (Files.exists(folder.resolve(AppConfig.FILE), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        for (String name : MISNAMED) {
            if (Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                throw refusal(name, "the file is called " + name, "rename it to " + AppConfig.FILE);
            }
        }
    }

    private static ConfigException refusal(String name, String message, String expected) {
        return new ConfigException(List.of(new ConfigProblem(name, 1, 1, message, expected, "")), 0);
    }
}
