using SemanticStyleGan.Data;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Studio.Faces;
using SemanticStyleGan.Studio.Rendering;
using SemanticStyleGan.Synthesis;

namespace SemanticStyleGan.Studio.Api;

/// <summary>A face with all that a page shows of it.</summary>
/// <param name="Image">PNG.</param>
/// <param name="Labels">The class of every pixel, rows from the top: one byte each.</param>
/// <param name="Base">The slots that all parts but the background share.</param>
/// <param name="Parts">By class.</param>
/// <param name="PartsComputed">How many parts had to be computed anew for this picture; the others were as in one before.</param>
public sealed record FacePicture(byte[] Image, byte[] Labels, IReadOnlyList<SlotInfo> Base, IReadOnlyList<PartInfo> Parts, int PartsComputed)
{
    internal static FacePicture Of(Picture picture, FaceState state, FaceRenderer renderer)
    {
        SemanticModel model = renderer.Model;
        SlotInfo Slot(int slot) => new(state.Slots[slot].Truncation, [.. Enumerable.Range(0, PartDirections.Shown).Select(d => state.Slots[slot].Strengths.GetValueOrDefault(d))]);
        LatentCode latents = model.Generator.Latents;
        return new FacePicture(PngCodec.Encode(picture.Image), picture.Labels.Classes,
            [.. Enumerable.Range(0, model.Config.BaseLayers).Select(Slot)],
            [.. state.Parts.Select((p, k) => new PartInfo(Slot(latents.ShapeSlot(k)), Slot(latents.TextureSlot(k)), p.Place, p.On, p.Locked))], renderer.PartsComputed);
    }
}

/// <summary>The state of a slot.</summary>
/// <param name="Truncation">0 (the mean) to 2.</param>
/// <param name="Strengths">How far it goes along its first main directions.</param>
public sealed record SlotInfo(double Truncation, IReadOnlyList<double> Strengths);

/// <summary>The state of a part.</summary>
/// <param name="Shape">Its shape slot.</param>
/// <param name="Texture">Its texture slot.</param>
/// <param name="Place">How it is moved.</param>
/// <param name="On">Whether it is there.</param>
/// <param name="Locked">Whether edits leave it alone.</param>
public sealed record PartInfo(SlotInfo Shape, SlotInfo Texture, PartTransform Place, bool On, bool Locked);
