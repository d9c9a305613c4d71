using Ezw.Providers.Simulator.Cast;
using Ezw.Providers.Simulator.Network;

namespace Ezw.Providers.Simulator;

/// <summary>
/// Life for a demo: a few people write to an account, and answer what it writes to them after a time in which one could
/// have typed it. Each says only so much, so that an automatic reply on the line cannot start an endless exchange.
/// </summary>
internal sealed class ScriptedPeople : IDisposable
{
    private static readonly TimeSpan FirstWordAtLeast = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FirstWordAtMost = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan ThoughtAtLeast = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ThoughtAtMost = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PerLetter = TimeSpan.FromMilliseconds(60);

    private readonly Dictionary<string, int> answered = [];
    private readonly Dictionary<string, string> lastWords = [];
    private readonly SimulatedNetwork network;
    private readonly string account;
    private bool gone;

    private ScriptedPeople(SimulatedNetwork network, string account)
    {
        this.network = network;
        this.account = account;
    }

    /// <summary>Lets the cast discover an account. Disposing sends everybody home.</summary>
    public static ScriptedPeople Animate(SimulatedNetwork network, string accountPhone)
    {
        var people = new ScriptedPeople(network, accountPhone);
        network.Arrived += people.Answer;
        foreach (var role in Role.All)
        {
            network.Describe(role.PhoneNumber, person => person.Name = role.Name);
            var pause = network.Dice.Between(FirstWordAtLeast, FirstWordAtMost, "first-word", accountPhone + role.PhoneNumber);
            people.Plan(role, role.Opening, pause, about: "");
        }

        return people;
    }

    public void Dispose()
    {
        gone = true;
        network.Arrived -= Answer;
    }

    private void Answer(RecordedMessage message)
    {
        if (message.AccountPhoneNumber != account || Array.Find(Role.All, role => role.PhoneNumber == message.ChatKey) is not { } role)
        {
            return;
        }

        var turn = answered.GetValueOrDefault(role.PhoneNumber);
        if (turn < role.Answers.Length)
        {
            answered[role.PhoneNumber] = turn + 1;
            var pause = network.Dice.Between(ThoughtAtLeast, ThoughtAtMost, "thought", account + role.PhoneNumber, turn);
            Plan(role, role.Answers[turn], pause, message.ProviderMessageId);
        }
    }

    /// <param name="about">The message of the line that is answered.</param>
    private void Plan(Role role, Cue[] cues, TimeSpan pause, string about)
    {
        foreach (var cue in cues)
        {
            pause += EffortOf(cue);
            network.After(pause, () => Perform(role, cue, about));
        }
    }

    private static TimeSpan EffortOf(Cue cue) => cue switch
    {
        Cue.Says said => PerLetter * said.Words.Length,
        Cue.Speaks spoken => spoken.For,
        Cue.Corrects => Glance * 2,
        _ => Glance,
    };

    private void Perform(Role role, Cue cue, string about)
    {
        if (gone)
        {
            return;
        }

        switch (cue)
        {
            case Cue.Reacts reaction:
                network.PersonReacts(role.PhoneNumber, account, about, reaction.Emoji);
                break;
            case Cue.Corrects correction:
                network.PersonEdits(role.PhoneNumber, account, lastWords[role.PhoneNumber], correction.Words);
                break;
            default:
                lastWords[role.PhoneNumber] = network.PersonSends(role.PhoneNumber, account, ContentOf(cue));
                break;
        }
    }

    private SeenContent ContentOf(Cue cue)
    {
        switch (cue)
        {
            case Cue.Says said:
                return new SeenContent.Text(said.Words);
            case Cue.IsAt place:
                return new SeenContent.Location(place.Latitude, place.Longitude, place.Name, place.Address, Live: false);
            case Cue.Shows shown:
                var picture = network.Attach(
                    MediaKind.Image, DrawnPicture.Png(shown.Picture), DrawnPicture.MimeType, caption: shown.Caption);
                return picture with { File = picture.File with { Width = DrawnPicture.Width, Height = DrawnPicture.Height } };
            case Cue.Speaks spoken:
                var voice = network.Attach(MediaKind.Voice, QuietVoice.Ogg(spoken.For), QuietVoice.MimeType);
                return voice with { File = voice.File with { Duration = spoken.For } };
            default:
                throw new InvalidOperationException($"Nothing is sent for {cue}.");
        }
    }
}
