using System.Text.Json;
using System.Text.Json.Nodes;
using Ezw.Providers.LinkedDevice.Channel;
using Ezw.Providers.LinkedDevice.Processes;
using Ezw.Providers.LinkedDevice.Wire;

namespace Ezw.Providers.LinkedDevice;

/// <summary>A line's place in a process: what it is asked there, from the opening of the line to its end.</summary>
internal sealed class LineSeat(SidecarProcess process, LineDesk desk, ILogger log)
{
    /// <summary>A process that does not close a line in this time hangs; it must not hold a socket that another node is about to open.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LogoutLimit = TimeSpan.FromSeconds(20);

    private readonly Guid lineId = desk.Line.LineId;

    public SidecarProcess Process => process;

    public LineDesk Desk => desk;

    public Task OpenAsync(LineIdentity? identity, CancellationToken cancellationToken) =>
        process.AskAsync("line.open", Outgoing.Open(desk.Line, identity), ChannelLimits.Answer, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) =>
        process.AskAsync("line.start", Outgoing.Line(lineId), ChannelLimits.Answer, cancellationToken);

    public Task BeginPairingAsync(PairingRequest request, CancellationToken cancellationToken) =>
        process.AskAsync("pairing.begin", Outgoing.Pairing(lineId, request), ChannelLimits.Answer, cancellationToken);

    public Task CancelPairingAsync(CancellationToken cancellationToken) =>
        process.AskAsync("pairing.cancel", Outgoing.Line(lineId), ChannelLimits.Answer, cancellationToken);

    /// <summary>Something for which WhatsApp is asked.</summary>
    /// <exception cref="IOException">The line is not connected now, or its engine did not answer.</exception>
    public async Task<JsonElement> AskAsync(string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        try
        {
            return await process.AskAsync(method, parameters, ChannelLimits.WhatsAppAnswer, cancellationToken);
        }
        catch (Exception failed) when (failed is SidecarException or TimeoutException)
        {
            throw new IOException($"WhatsApp cannot be asked now: {failed.Message}");
        }
    }

    public async Task<ProbeReport> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var report = WireFormat.Read<ProbeResult>(await AskAsync("probe", Outgoing.Line(lineId), cancellationToken));
            return new ProbeReport(report.Healthy, report.Summary);
        }
        catch (IOException)
        {
            return new ProbeReport(false, "The engine process does not answer for this line.");
        }
    }

    /// <summary>Best effort; after it no key of the device is written any more.</summary>
    public async Task RemoveDeviceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await process.AskAsync("logout", Outgoing.Line(lineId), LogoutLimit, cancellationToken);
        }
        catch (Exception failed) when (failed is SidecarException or TimeoutException)
        {
            log.LogWarning("WhatsApp could not be told that line {LineId} is logged out: {Reason}", lineId, failed.Message);
        }
        await desk.EndWritingAsync();
    }

    /// <summary>Completes when the line's socket is closed, whatever that takes.</summary>
    public async Task LeaveAsync()
    {
        try
        {
            await process.AskAsync("line.close", Outgoing.Line(lineId), CloseLimit, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            process.GiveUp("it does not close a line");
            await process.DisposeAsync();
        }
        catch (SidecarException)
        {
            // It has no such line any more: that is all that was wanted.
        }
        process.Leave(desk);
    }
}
