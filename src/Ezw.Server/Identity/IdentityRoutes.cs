using Ezw.Foundation.Http;
using Ezw.Foundation.Security;
using Ezw.Identity.Accounts;
using Ezw.Identity.Members;
using Ezw.Identity.Setup;
using Ezw.Identity.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Ezw.Identity;

/// <summary>The door of the slice: people, organizations, and how they log in.</summary>
public static class IdentityRoutes
{
    /// <summary>Requests here are a few short strings.</summary>
    private const int MaxBodyBytes = 16 * 1024;

    /// <summary>Needs AddStorage; the database must be migrated before the host starts.</summary>
    public static void AddIdentity(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<IdentityOptions>().BindConfiguration(IdentityOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<IdentityOptions>, IdentityOptionsCheck>();
        builder.Services.AddMasterKey();
        IdentityRegistration.AddDirectory(builder.Services);
        IdentityRegistration.AddPeople(builder.Services);
        IdentityRegistration.AddDuties(builder.Services);
    }

    public static void MapIdentity(this IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("").WithTags("Identity").WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        open.MapPost("/api/auth/login", SessionApi.Login).WithSummary("Log in").MayRefuse(401, 403, 429, 503);
        open.MapPost("/api/auth/refresh", SessionApi.Refresh).WithSummary("Get the next tokens").MayRefuse(401, 429, 503);
        open.MapPost("/api/auth/logout", SessionApi.Logout).WithSummary("Log out");
        var browser = open.MapGroup(BrowserSessionApi.Path);
        browser.MapPost("/", BrowserSessionApi.LogIn).WithSummary("Log in, with the refresh token in a cookie")
            .MayRefuse(401, 403, 429, 503);
        browser.MapPost("/renewal", BrowserSessionApi.Renew).WithSummary("Get the next ID token, by the cookie")
            .MayRefuse(401, 403, 429, 503);
        browser.MapDelete("/", BrowserSessionApi.LogOut).WithSummary("Log out, by the cookie").MayRefuse(403);
        open.MapGet("/.well-known/jwks.json", JwksApi.Read).WithSummary("Public keys of the embedded directory");
        open.MapPost("/api/setup", SetupApi.Create).WithSummary("Create the first owner").MayRefuse(403, 429);
        open.MapGet("/setup", SetupPage.Read).ExcludeFromDescription();

        var workspace = routes.MapGroup("/api").RequireWorkspace().WithTags("Identity")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        workspace.MapGet("/auth/me", SessionApi.WhoAmI).WithSummary("Who am I");
        workspace.MapPost("/auth/password", PasswordApi.Change).WithSummary("Change the password").MayRefuse(409, 429);
        workspace.MapPost("/auth/browser-session/password", BrowserSessionApi.ChangePassword)
            .WithSummary("Change the password, with the refresh token in a cookie").MayRefuse(409, 429);
        workspace.MapGet("/organization", OrganizationApi.Get).WithSummary("Read the organization");
        workspace.MapPatch("/organization", OrganizationApi.Change).WithSummary("Rename the organization");
        workspace.MapGet("/members", MembersApi.List).WithSummary("List the team");
        workspace.MapPost("/members", MembersApi.Add).WithSummary("Add a member").MayRefuse(409);
        workspace.MapPatch("/members/{userId:guid}", MembersApi.Change).WithSummary("Change a role").MayRefuse(409);
        workspace.MapDelete("/members/{userId:guid}", MembersApi.Remove).WithSummary("Remove a member").MayRefuse(409);
    }
}
