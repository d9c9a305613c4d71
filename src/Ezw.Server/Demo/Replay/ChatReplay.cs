using Ezw.ChatExports;
using Ezw.Providers.Simulator.Network;

namespace Ezw.Demo.Replay;

/// <summary>Plays an export on the simulated WhatsApp: its people write to an account, and its owner writes on the phone.</summary>
internal sealed class ChatReplay(
    ChatExport export, ReplayCast cast, SimulatedNetwork network, string account, double speed, TimeProvider time, TextWriter console)
{
    private const int ProgressLines = 10;

    private readonly ReplayContent contents = new(export, network);
    private int sent;

    private string Title => export.Title ?? "the chat";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await console.WriteLineAsync($"Replaying {Title}: about {export.EstimatedMessages} messages");
        try
        {
            await PlayAsync(Introduce(), cancellationToken);
            await console.WriteLineAsync($"Replayed {Title}: {sent} messages");
        }
        catch (InvalidDataException)
        {
            await console.WriteLineAsync($"The replay of {Title} ends after {sent} messages: the rest of the file is damaged.");
        }
    }

    private async Task PlayAsync(string? group, CancellationToken cancellationToken)
    {
        var step = Math.Max(1, export.EstimatedMessages / ProgressLines);
        DateTimeOffset? before = null;
        await foreach (var message in export.ReadAsync(TimeZoneInfo.Utc, cancellationToken: cancellationToken))
        {
            if (message.Sender is not { } sender || await contents.ReadAsync(message, cancellationToken) is not { } content)
                continue;
            if (before is { } at)
                await Task.Delay(ReplayPace.Pause(at, message.At, speed), time, cancellationToken);
            before = message.At;
            Play(message, new WriteAct(content, null), sender, group);
            if (++sent % step == 0)
                await console.WriteLineAsync($"Replaying {Title}: {sent} of about {export.EstimatedMessages}");
        }
    }

    /// <returns>The group that the export is of, or null.</returns>
    private string? Introduce()
    {
        foreach (var (sender, number) in cast.PhoneNumbers)
            network.Describe(number, person => person.Name = new ExportedParticipant(sender, 0).DisplayName);
        return export.IsGroup ? network.MakeGroup(export.Title ?? "", [account, .. cast.PhoneNumbers.Values]) : null;
    }

    private void Play(ExportedMessage message, WriteAct act, string sender, string? group)
    {
        string Do(Act next) => sender == cast.Me
            ? network.PhoneDoes(account, group ?? Other(), next)
            : network.PersonDoes(NumberOf(sender), group ?? account, next);

        var id = Do(act);
        if (message.IsDeleted)
            Do(new DeleteAct(id));
        else if (message.IsEdited)
            Do(new EditAct(id, message.Text));
    }

    private string Other() => cast.PhoneNumbers.Values.First();

    // Beyond the members that a survey counts, everybody shares one number.
    private string NumberOf(string sender) => cast.PhoneNumbers.GetValueOrDefault(sender) ?? cast.PhoneNumbers.Values.Last();
}
