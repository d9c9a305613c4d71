using System.Text.Json.Serialization;

namespace Ezw.Providers.Simulator.Network;

/// <summary>Closed set of what somebody does in a chat on a phone.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "act")]
[JsonDerivedType(typeof(WriteAct), "write")]
[JsonDerivedType(typeof(ReactAct), "react")]
[JsonDerivedType(typeof(EditAct), "edit")]
[JsonDerivedType(typeof(DeleteAct), "delete")]
[JsonDerivedType(typeof(ReadAct), "read")]
[JsonDerivedType(typeof(RenameAct), "rename")]
internal abstract record Act;

/// <param name="Quoted">The provider id of the message it answers.</param>
internal sealed record WriteAct(SeenContent Content, string? Quoted) : Act;

/// <param name="Emoji">Null takes the reaction back.</param>
internal sealed record ReactAct(string Target, string? Emoji) : Act;

internal sealed record EditAct(string Target, string Body) : Act;

internal sealed record DeleteAct(string Target) : Act;

internal sealed record ReadAct : Act;

/// <summary>A person takes another name, or somebody gives the group another subject.</summary>
internal sealed record RenameAct(string Name) : Act;
