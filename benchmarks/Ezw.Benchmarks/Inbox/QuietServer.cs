using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Identity.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ezw.Benchmarks.Inbox;

/// <summary>
/// The product in this process without its background duties, but for those named: what it asks its database can be overheard.
/// </summary>
internal sealed class QuietServer(WebApplication app) : IAsyncDisposable
{
    public IServiceProvider Services => app.Services;

    public Database Database => Services.GetRequiredService<Database>();

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<QuietServer> StartAsync(ScratchFolder scratch, string database, params Type[] duties)
    {
        string[] arguments =
        [
            "--urls", "http://127.0.0.1:0", $"--Ezw:DataFolder={scratch.Path}", $"--Ezw:Database={database}",
            "--Logging:LogLevel:Default=Warning",
        ];
        var app = await EzwServer.BuildAsync(arguments, builder =>
        {
            var unwanted = builder.Services.Where(s => s.ServiceType == typeof(IHostedService) && Duty(s) is var duty
                && duty != typeof(KeyOpening) && duty != typeof(CommitQueue) && !duties.Contains(duty)).ToList();
            unwanted.ForEach(duty => builder.Services.Remove(duty));
        });
        await app.StartAsync();
        return new QuietServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static Type Duty(ServiceDescriptor service) =>
        service.ImplementationType ?? service.ImplementationFactory!.GetType().GenericTypeArguments[1];
}
