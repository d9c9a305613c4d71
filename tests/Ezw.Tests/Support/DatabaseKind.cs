namespace Ezw.Tests.Support;

public enum DatabaseKind { Sqlite, Postgres }
