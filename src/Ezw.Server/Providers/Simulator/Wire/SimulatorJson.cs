using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Ezw.Providers.Simulator.Wire;

// Metadata only: the generated fast path would write the contract's closed sets without their discriminators.
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, GenerationMode = JsonSourceGenerationMode.Metadata, UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Envelope))]
[JsonSerializable(typeof(LinkStateChanged))]
[JsonSerializable(typeof(QrOffered))]
[JsonSerializable(typeof(PairingCodeOffered))]
[JsonSerializable(typeof(LinePaired))]
[JsonSerializable(typeof(PairingEnded))]
[JsonSerializable(typeof(MessageSeen))]
[JsonSerializable(typeof(ReceiptSeen))]
[JsonSerializable(typeof(IdentityLinked))]
[JsonSerializable(typeof(ReactionSeen))]
[JsonSerializable(typeof(MessageEdited))]
[JsonSerializable(typeof(MessageDeleted))]
[JsonSerializable(typeof(ChatRead))]
[JsonSerializable(typeof(ChatNamed))]
[JsonSerializable(typeof(HistorySeen))]
[JsonSerializable(typeof(SeenContent.Text))]
[JsonSerializable(typeof(SeenContent.Media))]
[JsonSerializable(typeof(SeenContent.Location))]
[JsonSerializable(typeof(SeenContent.Contacts))]
[JsonSerializable(typeof(SeenContent.Poll))]
[JsonSerializable(typeof(SeenContent.Unsupported))]
[JsonSerializable(typeof(SendResult.Accepted))]
[JsonSerializable(typeof(SendResult.Ambiguous))]
[JsonSerializable(typeof(SendResult.Rejected))]
internal sealed partial class SimulatorJson : JsonSerializerContext;

/// <summary>The JSON of the simulator's socket. The contract knows no JSON: its closed sets get their discriminators here.</summary>
internal static class WireFormat
{
    private static readonly Dictionary<Type, Type[]> ClosedSets = new()
    {
        [typeof(LineEvent)] =
        [
            typeof(LinkStateChanged), typeof(QrOffered), typeof(PairingCodeOffered), typeof(LinePaired), typeof(PairingEnded),
            typeof(MessageSeen), typeof(ReceiptSeen), typeof(IdentityLinked), typeof(ReactionSeen), typeof(MessageEdited),
            typeof(MessageDeleted), typeof(ChatRead), typeof(ChatNamed), typeof(HistorySeen),
        ],
        [typeof(SeenContent)] =
        [
            typeof(SeenContent.Text), typeof(SeenContent.Media), typeof(SeenContent.Location), typeof(SeenContent.Contacts),
            typeof(SeenContent.Poll), typeof(SeenContent.Unsupported),
        ],
        [typeof(SendResult)] = [typeof(SendResult.Accepted), typeof(SendResult.Ambiguous), typeof(SendResult.Rejected)],
    };

    private static readonly JsonSerializerOptions Discriminating = new(SimulatorJson.Default.Options)
    {
        TypeInfoResolver = SimulatorJson.Default.WithAddedModifier(Discriminate),
    };

    public static JsonTypeInfo<Envelope> Line { get; } = (JsonTypeInfo<Envelope>)Discriminating.GetTypeInfo(typeof(Envelope));

    private static void Discriminate(JsonTypeInfo type)
    {
        if (ClosedSets.TryGetValue(type.Type, out var members))
        {
            type.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "is" };
            foreach (var member in members)
            {
                type.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(member, member.Name));
            }
        }
    }
}
