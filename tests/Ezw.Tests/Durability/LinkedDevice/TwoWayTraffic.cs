using System.Globalization;
using Ezw.Tests.Support;

namespace Ezw.Tests.Durability.LinkedDevice;

/// <summary>
/// Programs write to people through the Channel API, and the people write back, all of it numbered. In the end both sides must show all
/// that the other wrote, once and in order: the team's inbox, and the people's apps, which show a message once however often its id comes.
/// </summary>
internal sealed class TwoWayTraffic
{
    private const int PeopleCount = 2;
    private static readonly TimeSpan FlowLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StoreLimit = TimeSpan.FromSeconds(60);

    private readonly LinkedCluster cluster;
    private readonly ChannelClient client;
    private readonly NumberedLoad load;
    private readonly NumberedPeople people;
    private readonly IReadOnlyList<WireContact> contacts;
    private readonly Ledger ledger;
    private int repeats;

    private TwoWayTraffic(LinkedCluster cluster, ChannelClient client, NumberedLoad load, IReadOnlyList<WireContact> contacts, int seed)
    {
        (this.cluster, this.client, this.load, this.contacts) = (cluster, client, load, contacts);
        people = new NumberedPeople(contacts, LinkedCluster.Phone, seed);
        ledger = new Ledger(cluster.Servers, load, ShownAsync);
    }

    /// <summary>A message that came again was sent twice under one id, and is shown once.</summary>
    public string Figures => $"{load.Figures}; {repeats} came again; {people.Written.Values.Sum()} written by people";

    public static async Task<TwoWayTraffic> StartAsync(LinkedCluster cluster, ChannelClient client, int seed)
    {
        var load = new NumberedLoad(client, seed, PeopleCount, conversations: 1) { RestAtMost = TimeSpan.FromMilliseconds(300) };
        var contacts = new List<WireContact>();
        foreach (var phone in load.Recipients)
            contacts.Add(await WireContact.MeetAsync(cluster.Wire, phone, $"Person {contacts.Count}"));
        var traffic = new TwoWayTraffic(cluster, client, load, contacts, seed);
        load.Start();
        traffic.people.Start();
        return traffic;
    }

    /// <summary>Completes when, from now, something new was stored and something new reached WhatsApp.</summary>
    public async Task FlowsAsync()
    {
        var (stored, reached) = (await StoredAsync(), await ReachedAsync());
        await Until.TrueAsync("messages flow both ways", FlowLimit, async () =>
            await StoredAsync() > stored && await ReachedAsync() > reached);
    }

    /// <summary>Nobody writes any more, and all that was written has come to its end.</summary>
    public async Task SettlesAsync()
    {
        await load.StopAsync();
        await people.StopAsync();
        await ledger.DrainedAsync();
        await Until.TrueAsync("what people wrote is stored", StoreLimit, async () => await StoredAsync() >= people.Written.Values.Sum());
        await cluster.TakenAsync();
    }

    /// <summary>Everything that was written is there once and in order, on both sides.</summary>
    public async Task BalancesAsync()
    {
        await ledger.BalancesAsync();
        var inbox = new TeamInbox(client);
        var conversations = await inbox.ConversationsAsync();
        Assert.Equal(contacts.Select(contact => contact.Phone).Order(), conversations.Select(one => one.Contact.PhoneNumber!).Order());
        foreach (var conversation in conversations)
        {
            var theirs = (await inbox.ThreadAsync(conversation.Id)).Where(message => !message.FromMe);
            Assert.Equal(
                Enumerable.Range(1, people.Written[conversation.Contact.PhoneNumber!]),
                theirs.Select(message => int.Parse(message.Body!, CultureInfo.InvariantCulture)));
        }
        Assert.Equal(people.Written.Values.Sum(), await StoredAsync());
    }

    private Task<long> StoredAsync() => cluster.Servers.CountAsync(
        $"select count(*) from message where line_id = {client.LineId} and direction = 'in'");

    private async Task<int> ReachedAsync() =>
        (await cluster.Wire.GetAsync($"messages?phone={LinkedCluster.Phone.TrimStart('+')}"))["messages"]!.AsArray().Count;

    private async Task<IReadOnlyList<Arrived>> ShownAsync()
    {
        var shown = new List<Arrived>();
        repeats = 0;
        foreach (var contact in contacts)
        {
            foreach (var message in await contact.ReceivedAsync())
            {
                Assert.False((bool?)message["altered"] ?? false, $"{message["id"]} came again with other words");
                repeats += (int)message["arrivals"]! - 1;
                shown.Add(new Arrived(contact.Phone, (string)message["id"]!, (string)message["text"]!));
            }
        }
        return shown;
    }
}
