namespace SemanticStyleGan.Tests;

public sealed class SemanticLayoutTests
{
    [Fact]
    public void A_layout_survives_its_JSON() =>
        Assert.Equal(SemanticLayout.Faces, SemanticLayout.FromJson(SemanticLayout.Faces.ToJson(), "test"));

    [Fact]
    public void Glasses_and_earrings_are_transparent() => Assert.Equal([10, 12], SemanticLayout.Faces.TransparentClasses);

    [Fact]
    public void An_unknown_part_is_named_with_those_there_are()
    {
        InputException e = Assert.Throws<InputException>(() => SemanticLayout.Faces.IndexOf("beard"));
        Assert.Contains("'beard'", e.Message);
        Assert.Contains("hair", e.Message);
    }
}
