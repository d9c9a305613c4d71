namespace Ezw.Identity.Accounts;

/// <summary>What an address, a name and a password may be. Collects one sentence per member that is wrong.</summary>
internal sealed class PersonRules
{
    /// <summary>RFC 5321's path limit.</summary>
    public const int MaxEmailCharacters = 254;

    public const int MaxNameCharacters = 100;

    public const int MinPasswordCharacters = 10;

    /// <summary>Longer ones only cost work; nobody remembers them.</summary>
    public const int MaxPasswordCharacters = 256;

    public Dictionary<string, string[]> Errors { get; } = [];

    public bool Passed => Errors.Count == 0;

    /// <summary>The address as it is stored and compared, or null if it cannot be one.</summary>
    public static string? Normalize(string? email)
    {
        var text = email?.Trim().ToLowerInvariant() ?? "";
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at < text.Length - 1 && text.LastIndexOf('@') == at && text.Length <= MaxEmailCharacters
            && !text.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter))
            ? text
            : null;
    }

    public string Email(string? email)
    {
        if (Normalize(email) is { } normalized)
            return normalized;
        Errors["email"] = ["email must be an email address."];
        return "";
    }

    public string Name(string member, string? name)
    {
        var text = name?.Trim() ?? "";
        if (text.Length is 0 or > MaxNameCharacters || text.Any(char.IsControl))
            Errors[member] = [$"{member} must have 1 to {MaxNameCharacters} characters."];
        return text;
    }

    public string Password(string member, string? password, string? email)
    {
        if (password is null || password.Length is < MinPasswordCharacters or > MaxPasswordCharacters)
            Errors[member] = [$"{member} must have {MinPasswordCharacters} to {MaxPasswordCharacters} characters."];
        else if (password.Trim().Equals(email?.Trim(), StringComparison.OrdinalIgnoreCase))
            Errors[member] = [$"{member} must not be the email address."];
        return password ?? "";
    }

    public void Present(string member, string? text)
    {
        if (string.IsNullOrEmpty(text))
            Errors[member] = [$"{member} is required."];
    }

    public Role Role(string? role)
    {
        if (Roles.Parse(role) is { } known)
            return known;
        Errors["role"] = ["role must be owner, admin or operator."];
        return Ezw.Identity.Role.Operator;
    }
}
