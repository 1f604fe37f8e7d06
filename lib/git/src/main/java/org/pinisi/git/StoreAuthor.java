package org.pinisi.git;

/// Who changes a store, as its commits name them.
///
/// @param name 1 to 200 characters without control characters, `<` and `>`
/// @param email the same; nothing is ever sent there
public record StoreAuthor(String name, String email) {
    private static final int MOST_CHARACTERS = 200;

    /// @throws GitException when a part is empty, too long, or has a character that ends it in a commit
    public StoreAuthor {
        check("name", name);
        check("email", email);
    }

    private static void check(String part, String text) {
        boolean fits = !text.isBlank() && text.length() <= MOST_CHARACTERS;
        if (!fits || text.chars().anyMatch(c -> Character.isISOControl(c) || c == '<' || c == '>')) {
            throw new GitException(
                    "the %s of an author has 1 to %d characters, none of them a control character, < or >"
                            .formatted(part, MOST_CHARACTERS));
        }
    }
}
