using System.Reflection;
using Ezw.Client;
using Ezw.Foundation.Storage;
using Ezw.Identity.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.WebApp;

/// <summary>What the login page must know before anybody is logged in.</summary>
internal static class AboutApi
{
    private static readonly string version =
        typeof(AboutApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public static async Task<Ok<About>> Read(Database database, IConfiguration configuration, CancellationToken cancellationToken)
    {
        await using var db = await database.ReadAsync(cancellationToken);
        return TypedResults.Ok(
            new About(configuration["Ezw:Demo"] is "true", await AccountStore.AnyAsync(db, cancellationToken), version));
    }
}
