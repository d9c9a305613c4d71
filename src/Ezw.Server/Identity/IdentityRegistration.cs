using Ezw.Foundation.Storage;
using Ezw.Identity.Accounts;
using Ezw.Identity.Cognito;
using Ezw.Identity.Members;
using Ezw.Identity.Setup;
using Ezw.Identity.Tokens;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Ezw.Identity;

/// <summary>What the slice is made of. <see cref="IdentityRoutes"/> is its door.</summary>
internal static class IdentityRegistration
{
    public static void AddDirectory(IServiceCollection services)
    {
        services.AddSingleton<Passwords>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<EmbeddedIssuer>();
        services.AddSingleton<EmbeddedDirectory>();
        services.AddSingleton<CognitoIssuer>();
        services.AddTransient<CognitoDirectory>();
        services.AddHttpClient<CognitoClient>(http =>
        {
            http.Timeout = CognitoClient.Deadline;
            http.MaxResponseContentBufferSize = CognitoClient.MaxAnswerBytes;
        }).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        services.AddSingleton<IIssuer>(all =>
            UsesCognito(all) ? all.GetRequiredService<CognitoIssuer>() : all.GetRequiredService<EmbeddedIssuer>());
        services.AddTransient<IDirectory>(all =>
            UsesCognito(all) ? all.GetRequiredService<CognitoDirectory>() : all.GetRequiredService<EmbeddedDirectory>());
    }

    public static void AddPeople(IServiceCollection services)
    {
        services.AddSingleton<IdTokens>();
        services.AddSingleton<Doorkeeper>();
        services.AddSingleton<GuessLimiter>();
        services.AddSingleton<LoginThrottle>();
        services.AddSingleton<SessionAnswers>();
        services.AddSingleton<PasswordChanger>();
        services.AddSingleton<FirstOwner>();
        services.AddSingleton<Team>();
        services.AddSingleton(all => new People(
            all.GetRequiredService<Database>(), all.GetRequiredService<Passwords>(), all.GetServices<IOrganizationPart>(),
            all.GetRequiredService<TimeProvider>()));
    }

    public static void AddDuties(IServiceCollection services)
    {
        services.TryAddSingleton(new SetupConsole(Console.Out));
        services.AddHostedService<KeyOpening>();
        services.AddHostedService<SetupLink>();
        services.AddSingleton<IdentitySweeper>();
        services.AddHostedService(all => all.GetRequiredService<IdentitySweeper>());
    }

    private static bool UsesCognito(IServiceProvider services) =>
        services.GetRequiredService<IOptions<IdentityOptions>>().Value.Cognito is not null;
}
