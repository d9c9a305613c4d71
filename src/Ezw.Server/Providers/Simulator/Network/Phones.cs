namespace Ezw.Providers.Simulator.Network;

/// <summary>Tells the devices what people and owners do on their phones. All calls hold the network's lock.</summary>
internal sealed class Phones(SimulatedNetwork network, Schedule schedule, Dice dice)
{
    /// <summary>Own messages remembered for reactions to them; a reaction to an older one says that a person wrote it.</summary>
    public const int OwnMessageLimit = 100_000;

    private readonly HashSet<(string Account, string Id)> own = [];
    private readonly Queue<(string Account, string Id)> ownByAge = new();
    private long acts;

    public string PersonDoes(string person, string to, Act act) =>
        Play(network.Book.ViewsOfPerson(person, to), act, NextId("3A", person + to));

    public string PhoneDoes(string account, string to, Act act) =>
        Play(network.Book.ViewsOfPhone(account, to), act, NextId("3F", account + to));

    public string MakeGroup(string subject, IReadOnlyList<string> members)
    {
        var number = dice.Bits("group", subject, ++acts) % 1_000_000_000_000;
        var group = network.Book.GroupOf($"120363{number:D12}{Group.Suffix}");
        group.Name = subject;
        foreach (var member in members)
        {
            group.Join(member);
        }

        return group.Key;
    }

    public void RenameGroup(string id, string subject)
    {
        var group = network.Book.GroupOf(id);
        group.Name = subject;
        var key = NextId("subject", id);
        foreach (var account in group.Members.Select(network.Book.FindAccount).OfType<Account>())
        {
            network.Deliver(account, new ChatNamed(schedule.Now, group.Chat, subject), key);
        }
    }

    public void Tell(string account, LineEvent happened) =>
        network.Deliver(network.Book.AccountOf(account), happened, NextId("told", account));

    public void Reveal(string account, string person)
    {
        var revealed = network.Book.PersonOf(person);
        network.Deliver(network.Book.AccountOf(account),
            new IdentityLinked(schedule.Now, revealed.PhoneNumber, revealed.Lid), $"identity/{person}");
    }

    private string Play(IReadOnlyList<View> views, Act act, string id)
    {
        foreach (var view in views)
        {
            network.Deliver(view.Account, Happened(view, act, id), id);
        }

        return id;
    }

    private LineEvent Happened(View view, Act act, string id)
    {
        switch (act)
        {
            case WriteAct write:
                Remember(view, id);
                return view.Message(schedule.Now, id, write.Content, write.Quoted);
            case ReactAct react:
                var target = view.Reference(react.Target, IsOwn(view, react.Target));
                return new ReactionSeen(schedule.Now, target, view.FromMe, view.FromMe ? null : view.By.Chat, react.Emoji);
            case EditAct edit:
                return new MessageEdited(schedule.Now, view.Reference(edit.Target, view.FromMe), edit.Body);
            case DeleteAct delete:
                return new MessageDeleted(schedule.Now, view.Reference(delete.Target, view.FromMe));
            case ReadAct:
                return new ChatRead(schedule.Now, view.Chat);
            case RenameAct rename:
                view.Partner.Name = rename.Name;
                return new ChatNamed(schedule.Now, view.Chat, rename.Name);
            default:
                throw new InvalidOperationException($"Unknown act {act.GetType().Name}.");
        }
    }

    private bool IsOwn(View view, string id) =>
        own.Contains((view.Account.PhoneNumber, id)) || network.Record.Knows(view.Account.PhoneNumber, view.Partner.Key, id);

    private void Remember(View view, string id)
    {
        if (view.FromMe && own.Add((view.Account.PhoneNumber, id)))
        {
            ownByAge.Enqueue((view.Account.PhoneNumber, id));
            if (ownByAge.Count > OwnMessageLimit)
            {
                own.Remove(ownByAge.Dequeue());
            }
        }
    }

    private string NextId(string prefix, string subject) => $"{prefix}{dice.Bits("id", subject, ++acts):X16}";
}
