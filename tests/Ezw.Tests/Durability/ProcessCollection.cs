namespace Ezw.Tests.Durability;

/// <summary>Tests that load, kill and freeze real servers take turns: one's load must not be another's late lease.</summary>
[CollectionDefinition(Name)]
public sealed class ProcessCollection
{
    public const string Name = "Real servers";
}
