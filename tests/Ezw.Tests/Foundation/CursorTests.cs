using CsCheck;
using Ezw.Foundation.Http;

namespace Ezw.Tests.Foundation;

public sealed class CursorTests
{
    private static readonly Guid Organization = new("0198e4a6-0000-7000-8000-000000000001");

    [Fact]
    public void A_cursor_leads_back_to_its_place_in_its_organization_only() => Gen.Guid.Sample(last =>
    {
        var cursor = Cursor.Write(Organization, last);

        Assert.True(Cursor.TryRead(cursor, Organization, out var read));
        Assert.Equal(last, read);
        Assert.False(Cursor.TryRead(cursor, last, out _));
    });

    [Fact]
    public void No_cursor_is_the_beginning()
    {
        Assert.True(Cursor.TryRead(null, Organization, out var last));
        Assert.Null(last);
    }

    [Fact]
    public void No_other_text_is_a_cursor_and_none_throws() =>
        Gen.String[0, 100].Sample(text => Assert.False(Cursor.TryRead(text, Organization, out _)));

    [Fact]
    public void A_place_is_read_by_its_own_list_only() => Gen.Select(Gen.Long, Gen.Long, Gen.Guid, Gen.String).Sample((key, position, id, filter) =>
    {
        var place = new Place(key, position, id);
        var cursor = Cursor.Write(Organization, filter, place);

        Assert.True(Cursor.TryRead(cursor, Organization, filter, out var read));
        Assert.Equal(place, read);
        Assert.False(Cursor.TryRead(cursor, Organization, filter + "|", out _));
        Assert.False(Cursor.TryRead(cursor, id, filter, out _));
        Assert.False(Cursor.TryRead(cursor, Organization, out _));
        Assert.False(Cursor.TryRead(Cursor.Write(Organization, id), Organization, filter, out _));
    });
}
