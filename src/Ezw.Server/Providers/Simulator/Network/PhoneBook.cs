namespace Ezw.Providers.Simulator.Network;

/// <summary>Everybody with a phone, their accounts and groups: made when first named. All calls hold the network's lock.</summary>
internal sealed class PhoneBook
{
    private readonly Dictionary<string, Account> accounts = [];
    private readonly Dictionary<string, Person> people = [];
    private readonly Dictionary<string, Person> peopleByLid = [];
    private readonly Dictionary<string, Group> groups = [];

    public IReadOnlyCollection<Account> Accounts => accounts.Values;

    public Account? FindAccount(string phoneNumber) => accounts.GetValueOrDefault(phoneNumber);

    public Account AccountOf(string phoneNumber)
    {
        if (!accounts.TryGetValue(phoneNumber, out var account))
        {
            accounts[phoneNumber] = account = new Account(PersonOf(phoneNumber));
        }

        return account;
    }

    public Person PersonOf(string phoneNumber)
    {
        if (!people.TryGetValue(phoneNumber, out var person))
        {
            // The LID comes from the number alone, so that a network that was started anew still knows it.
            var lid = $"{new Dice(0).Bits("lid", phoneNumber) % 900_000_000_000_000 + 100_000_000_000_000}@lid";
            people[phoneNumber] = peopleByLid[lid] = person = new Person(phoneNumber, lid);
        }

        return person;
    }

    public Group GroupOf(string id)
    {
        if (!groups.TryGetValue(id, out var group))
        {
            groups[id] = group = new Group(id);
        }

        return group;
    }

    public IChatPartner PartnerOf(string key) => Group.IsGroup(key) ? GroupOf(key) : PersonOf(key);

    /// <returns>Null for a LID that is nobody's, or a group that nobody made.</returns>
    public IChatPartner? PartnerAt(ChatAddress chat) => chat switch
    {
        { GroupId: { } id } => groups.GetValueOrDefault(id),
        { Lid: { } lid } when peopleByLid.TryGetValue(lid, out var known) => known,
        { PhoneNumber: { } phoneNumber } => PersonOf(phoneNumber),
        _ => null,
    };

    /// <summary>What a person does in a chat with an account, or in a group.</summary>
    public IReadOnlyList<View> ViewsOfPerson(string person, string to)
    {
        var by = PersonOf(person);
        return Group.IsGroup(to) ? ViewsInGroup(by, GroupOf(to)) : [new View(AccountOf(to), by, by, FromMe: false)];
    }

    /// <summary>What an account's owner does on the phone, in a chat with a person or in a group.</summary>
    public IReadOnlyList<View> ViewsOfPhone(string account, string to)
    {
        var mine = AccountOf(account);
        return Group.IsGroup(to) ? ViewsInGroup(mine.Owner, GroupOf(to)) : [new View(mine, PersonOf(to), mine.Owner, FromMe: true)];
    }

    /// <summary>What a linked device sends: seen by the account's own devices, and by the other side's if that is an account too.</summary>
    public IReadOnlyList<View> ViewsOfLine(Account from, IChatPartner to)
    {
        if (to is Group group)
        {
            return ViewsInGroup(from.Owner, group);
        }

        var mine = new View(from, to, from.Owner, FromMe: true);
        return FindAccount(to.Key) is { } recipient && recipient != from
            ? [mine, new View(recipient, from.Owner, from.Owner, FromMe: false)]
            : [mine];
    }

    private View[] ViewsInGroup(Person by, Group group)
    {
        group.Join(by.PhoneNumber);
        return
        [
            .. group.Members.Select(FindAccount).OfType<Account>()
                .Select(account => new View(account, group, by, account.PhoneNumber == by.PhoneNumber)),
        ];
    }
}
