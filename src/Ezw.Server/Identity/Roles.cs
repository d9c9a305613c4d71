using System.Diagnostics;

namespace Ezw.Identity;

public static class Roles
{
    public static string Name(this Role role) => role switch
    {
        Role.Owner => "owner",
        Role.Admin => "admin",
        Role.Operator => "operator",
        _ => throw new UnreachableException(),
    };

    public static Role? Parse(string? name) => name switch
    {
        "owner" => Role.Owner,
        "admin" => Role.Admin,
        "operator" => Role.Operator,
        _ => null,
    };
}
