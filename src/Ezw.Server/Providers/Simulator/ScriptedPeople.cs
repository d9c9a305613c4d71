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
    private static readonly TimeSpan PerLetter = TimeSpan.FromMilliseconds(60);

    private static readonly Role[] Cast =
    [
        new("+34600111222", "Ana", "Hi! Do you deliver to Valencia?",
            ["Great, how long does it take?", "Perfect, I will take two.", "Thank you so much!"]),
        new("+972501112233", "Noa", "Hello, my order arrived but one item is missing",
            ["It is order 4471, the blue mug.", "Tomorrow works for me.", "Thanks for sorting it out 🙏"]),
        new("+972523334455", "דנה", "היי, אתם פתוחים ביום שישי?",
            ["מעולה, עד איזו שעה?", "אפשר לשריין לי מקום לארבעה?", "תודה רבה, להתראות!"]),
        new("+447700900123", "Oliver", "Could you send me the price list please?",
            ["Brilliant, cheers.", "Do you give a discount above 50 pieces?", "I'll talk to my boss and come back to you."]),
    ];

    private readonly Dictionary<string, int> said = [];
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
        foreach (var role in Cast)
        {
            network.Describe(role.PhoneNumber, person => person.Name = role.Name);
            var pause = network.Dice.Between(FirstWordAtLeast, FirstWordAtMost, "first-word", accountPhone + role.PhoneNumber);
            network.After(pause, () => people.Say(role, role.Opening));
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
        if (message.AccountPhoneNumber != account || Array.Find(Cast, role => role.PhoneNumber == message.ChatKey) is not { } role)
        {
            return;
        }

        var spoken = said.GetValueOrDefault(role.PhoneNumber);
        if (spoken >= role.Replies.Length)
        {
            return;
        }

        said[role.PhoneNumber] = spoken + 1;
        var reply = role.Replies[spoken];
        var pause = network.Dice.Between(ThoughtAtLeast, ThoughtAtMost, "thought", account + role.PhoneNumber, spoken);
        network.After(pause + (PerLetter * reply.Length), () => Say(role, reply));
    }

    private void Say(Role role, string words)
    {
        if (!gone)
        {
            network.PersonWrites(role.PhoneNumber, account, words);
        }
    }

    private sealed record Role(string PhoneNumber, string Name, string Opening, string[] Replies);
}
