using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Lines;
using Ezw.Providers;
using Ezw.Providers.Simulator;
using Ezw.Providers.Simulator.Network;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Ezw.Demo;

/// <summary>
/// A workspace that lives: an owner whose password everybody knows, one line linked to the simulator, and people who write to it.
/// Because of that password the server refuses to listen anywhere but on this machine. Starting again keeps what is there.
/// </summary>
internal sealed class DemoWorkspace(
    Database database, People people, LineCreation creation, IOptions<SimulatorOptions> simulator, IServiceProvider services,
    IConfiguration configuration, IServer server, TimeProvider time, DemoConsole console) : IHostedLifecycleService, IDisposable
{
    public const string OwnerEmail = "owner@example.com";
    public const string OwnerPassword = "password";
    public const string LinePhone = "+972501230000";
    private const string LineName = "Billing";

    private ScriptedPeople? cast;
    private Guid lineId;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        // Endpoints of Kestrel's own section would win over the addresses looked at here.
        if (!DemoGuard.IsLoopbackOnly([configuration["urls"] ?? ""]) || configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            throw new InvalidOperationException(
                "The demo workspace has a password that everybody knows, so --demo listens on this machine only. "
                + "Use --urls http://127.0.0.1:PORT, or start without --demo.");
        }
        lineId = await OpenAsync(cancellationToken);
    }

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (simulator.Value.InProcess && configuration["Ezw:DemoPeople"] is not "false")
            cast = ScriptedPeople.Animate(services.GetRequiredService<SimulatedNetwork>(), LinePhone);
        var address = server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        await console.Out.WriteLineAsync(DemoBanner.Text(address, OwnerEmail, OwnerPassword, lineId));
    }

    public void Dispose() => cast?.Dispose();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<Guid> OpenAsync(CancellationToken ct)
    {
        await database.WriteAsync(db => DemoStore.MarkAsync(db, time.NowMs(), ct), ct);
        if (!await ReadAsync(db => DemoStore.IsMarkedAsync(db, ct), ct))
            throw new InvalidOperationException("This database has users already; --demo does not add its known password to it.");
        var organization = await ReadAsync(db => DemoStore.FindOrganizationAsync(db, OwnerEmail, ct), ct)
            ?? (await people.CreateOrganizationAsync("Demo Ltd", OwnerEmail, "Demo Owner", OwnerPassword, ct)).OrganizationId;
        var line = await ReadAsync(db => DemoStore.FindLineAsync(db, organization, ct), ct)
            ?? await creation.CreateAsync(organization, LineName, SimulatorProvider.KindName, ct);
        if (await ReadAsync(db => DemoStore.IsNewAsync(db, organization, line, ct), ct))
        {
            var identity = await LinkAsync(ct);
            await database.WriteAsync(db => DemoStore.LinkAsync(db, organization, line, identity, ct), ct);
        }
        return line;
    }

    private async Task<T> ReadAsync<T>(Func<DbSession, Task<T>> read, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        return await read(db);
    }

    private async Task<LineIdentity> LinkAsync(CancellationToken ct)
    {
        if (!simulator.Value.TryEndPoint(out var address))
            return services.GetRequiredService<SimulatedNetwork>().LinkDevice(LinePhone);
        await using var door = await SimulatorDoor.ConnectAsync(address, ct);
        return await door.LinkDeviceAsync(LinePhone, ct);
    }
}
