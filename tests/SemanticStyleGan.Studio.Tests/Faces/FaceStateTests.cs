using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Studio.Faces;
using SemanticStyleGan.Studio.Rendering;
using SemanticStyleGan.Tests.Editing;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Studio.Tests.Faces;

public sealed class FaceStateTests : IDisposable
{
    private readonly TinyModel tiny = new();
    private readonly FaceRenderer renderer;

    public FaceStateTests() => renderer = new FaceRenderer(tiny.Model);

    public void Dispose()
    {
        renderer.Dispose();
        tiny.Dispose();
    }

    [Fact]
    public void A_whole_face_has_the_codes_of_its_seed()
    {
        Tensor expected = tiny.Model.Generator.Latents.Broadcast(tiny.Synthesizer.Codes(7, 1, 0.5));
        Assert.True(Code(new NewFace(7, 0.5)).allclose(expected, 1e-6, 1e-7));
        Assert.True(Code().allclose(tiny.Model.MeanLatent.expand(expected.shape)));
    }

    [Fact]
    public void A_new_shape_changes_its_slot_alone_and_a_reset_brings_it_back()
    {
        Tensor before = Code(new NewFace(1)), after = Code(new NewFace(1), new NewCodes("hair.shape", 9)), back = Code(new NewFace(1), new NewCodes("hair", 9), new GoAlong("hair.shape", 0, 2), new ResetPart("hair"));
        Assert.Equal([tiny.Model.Generator.Latents.Slot("hair.shape", TinyModel.Layout)], Changed(before, after));
        Assert.Empty(Changed(before, back));
    }

    [Fact]
    public void Directions_and_truncation_say_what_is_so_a_later_one_replaces_an_earlier_one()
    {
        Tensor once = Code(new NewFace(1), new GoAlong("hair.shape", 1, 2), new Truncate("face", 0.3));
        Tensor twice = Code(new NewFace(1), new Truncate("face", 1.2), new GoAlong("hair.shape", 1, -3), new GoAlong("hair.shape", 1, 2), new Truncate("face", 0.3));
        Assert.Empty(Changed(once, twice));
        Assert.Empty(Changed(Code(new NewFace(1)), Code(new NewFace(1), new GoAlong("hair.shape", 1, 2), new GoAlong("hair.shape", 1, 0))));
        Assert.NotEmpty(Changed(Code(new NewFace(1)), once));
    }

    [Fact]
    public void A_locked_part_keeps_codes_and_place_through_everything_until_it_is_unlocked()
    {
        Edit[] start = [new NewFace(1), new MovePart("hair", 0.1), new LockPart("hair", true)];
        Edit[] storm = [new NewFace(2), new NewCodes("all", 3), new TakeCodes("all", new Face([new NewFace(4)])), new Truncate("all", 0), new GoAlong("hair.shape", 0, 3), new MovePart("hair", -0.5), new ShowPart("hair", false), new ResetPart("hair")];
        (FaceState calm, FaceState stormy) = (State(start), State([.. start, .. storm]));
        int shape = tiny.Model.Generator.Latents.ShapeSlot(2);
        Assert.Equal(calm.Slots[shape], stormy.Slots[shape]);
        Assert.Equal(calm.Parts[2], stormy.Parts[2]);
        Assert.NotEqual(calm.Slots[shape - 2], stormy.Slots[shape - 2]);
        Assert.False(State([.. start, new LockPart("hair", false), new ShowPart("hair", false)]).Parts[2].On);
    }

    [Fact]
    public void Parts_taken_from_another_face_have_its_codes()
    {
        Face other = new([new NewFace(5), new NewCodes("hair.texture", 6), new GoAlong("hair.shape", 0, 1)]);
        Tensor mixed = Code(new NewFace(1), new TakeCodes("hair", other)), from = renderer.Code(FaceState.Of(other, tiny.Model)), plain = Code(new NewFace(1));
        int[] hair = [tiny.Model.Generator.Latents.ShapeSlot(2), tiny.Model.Generator.Latents.TextureSlot(2)];
        Assert.Equal(hair, Changed(plain, mixed));
        foreach (int slot in hair) Assert.True(mixed[0, slot].allclose(from[0, slot]));
    }

    [Fact]
    public void Given_codes_are_used_as_they_are_and_of_another_size_refused()
    {
        byte[] values = [.. Enumerable.Range(0, 2 * TinyModel.Config.StyleSize).SelectMany(i => BitConverter.GetBytes((Half)(i / 8.0)))];
        Tensor code = Code(new NewFace(1), new GivenCodes("hair", values));
        Assert.Equal(2.5f, code[0, tiny.Model.Generator.Latents.TextureSlot(2), 4].item<float>());
        Assert.Contains("2 slots of 16", Assert.Throws<InputException>(() => State(new GivenCodes("hair", values[..^2]))).Message);
    }

    [Property(MaxTest = 60)]
    public Property Any_face_survives_its_JSON_and_gives_the_same_codes() => Prop.ForAll(Edits().ArrayOf().ToArbitrary(), edits =>
    {
        Face face = new(edits), read = JsonSerializer.Deserialize<Face>(JsonSerializer.Serialize(face, StrictJson.Compact), StrictJson.Compact)!;
        return renderer.Code(FaceState.Of(face, tiny.Model)).Equals(renderer.Code(FaceState.Of(read, tiny.Model)));
    });

    [Fact]
    public void What_cannot_be_is_refused_with_what_was_expected()
    {
        void Refused(string word, params Edit[] edits) => Assert.Contains(word, Assert.Throws<InputException>(() => State(edits)).Message, StringComparison.Ordinal);
        Refused("seed -1", new NewFace(-1));
        Refused("0 to 2", new NewFace(1, 3));
        Refused("glasses", new NewCodes("nose", 1));
        Refused("0 to 15", new GoAlong("hair.shape", 16, 1));
        Refused("-5 to 5", new GoAlong("hair.shape", 0, double.NaN));
        Refused("0.1 to 10", new MovePart("hair", Scale: 0));
        Face deep = new([]);
        for (int i = 0; i < 10; i++) deep = new([new TakeCodes("hair", deep)]);
        Refused("deep", [.. deep.Edits]);
        Refused("2,000", [.. Enumerable.Repeat(new NewFace(1), 2001)]);
    }

    private static Gen<Edit> Edits()
    {
        Gen<string> slots = Gen.Elements("hair", "face.shape", "glasses.texture", "base", "all", "face,hair"), slot = Gen.Elements("hair.shape", "base.0", "background.texture"), part = Gen.Elements("hair", "face", "glasses");
        Gen<double> number = Gen.Choose(0, 200).Select(n => n / 100.0);
        return Gen.OneOf(
            Gen.Choose(0, 5).SelectMany(seed => number.Select(t => (Edit)new NewFace(seed, t))),
            slots.SelectMany(s => number.Select(t => (Edit)new NewCodes(s, 3, t))),
            slots.Select(s => (Edit)new TakeCodes(s, new Face([new NewFace(8), new Truncate("hair", 0.2)]))),
            slots.SelectMany(s => number.Select(t => (Edit)new Truncate(s, t))),
            slot.SelectMany(s => number.Select(t => (Edit)new GoAlong(s, 1, t - 1))),
            part.SelectMany(p => number.Select(t => (Edit)new MovePart(p, t - 1, Degrees: 10 * t))),
            part.SelectMany(p => ArbMap.Default.GeneratorFor<bool>().Select(on => (Edit)new LockPart(p, on))),
            part.Select(p => (Edit)new ResetPart(p)));
    }

    private FaceState State(params Edit[] edits) => FaceState.Of(new Face(edits), tiny.Model);

    private Tensor Code(params Edit[] edits) => renderer.Code(State(edits));

    private static int[] Changed(Tensor a, Tensor b) => [.. Enumerable.Range(0, (int)a.shape[1]).Where(slot => !a[0, slot].allclose(b[0, slot], 1e-6, 1e-7))];
}
