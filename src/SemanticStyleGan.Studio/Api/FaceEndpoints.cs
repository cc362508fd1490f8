using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SemanticStyleGan.Data;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Studio.Faces;
using SemanticStyleGan.Studio.Hosting;
using SemanticStyleGan.Studio.Rendering;
using SemanticStyleGan.Synthesis;
using TorchSharp;

namespace SemanticStyleGan.Studio.Api;

/// <summary>The endpoints that answer with a picture at once.</summary>
internal static class FaceEndpoints
{
    private const int MostFaces = 16;

    internal static void Map(IEndpointRouteBuilder api, Workshop shop)
    {
        api.MapGet("/model", () => shop.Describe()).WithSummary("The model: its parts, their colours, its sizes.");
        api.MapGet("/generate", (CancellationToken stop, long seed = 0, int count = 1, double truncation = 0.7) => Generate(shop, seed, count, truncation, stop))
            .WithSummary("Faces of the seeds seed, seed + 1, …; at most 16.");
        api.MapPost("/edit", (Face face, CancellationToken stop, string format = "json") => Edit(shop, face, format, stop))
            .Produces<FacePicture>().Produces(200, contentType: "image/png")
            .WithSummary("The picture of a face. format: json, png (the image), mask (coloured PNG), labels (PNG of class indices) or npy (its W+ code).");
        api.MapPost("/mix", (MixRequest mix, CancellationToken stop) => Mix(shop, mix, stop)).WithSummary("A face with parts of another one.");
        api.MapPost("/variants", (VariantsRequest request, CancellationToken stop) => Variants(shop, request, stop)).WithSummary("A face with some slots drawn anew, several times.");
        api.MapPost("/layers", (Face face, CancellationToken stop, string? part = null) => Layers(shop, face, part, stop))
            .WithSummary("A face taken apart: depths, the mask of the fusion, one part by itself.");
    }

    private static async Task<IReadOnlyList<GeneratedFace>> Generate(Workshop shop, long seed, int count, double truncation, CancellationToken stop)
    {
        Require(count is >= 1 and <= MostFaces, $"count {count}, expected 1 to {MostFaces}.");
        Require(seed is >= 0 and <= long.MaxValue - MostFaces, $"seed {seed}, expected 0 or more.");
        List<GeneratedFace> faces = [];
        for (int i = 0; i < count; i++)
        {
            Face face = new([new NewFace(seed + i, truncation)]);
            faces.Add(new GeneratedFace(face, await shop.Queue.Run(() => Draw(shop.Renderer, face), stop)));
        }
        return faces;
    }

    private static async Task<IResult> Edit(Workshop shop, Face face, string format, CancellationToken stop) => await shop.Queue.Run<IResult>(() =>
    {
        SemanticModel model = shop.Renderer.Model;
        FaceState state = FaceState.Of(face, model);
        return format switch
        {
            "json" => TypedResults.Ok(Draw(shop.Renderer, face)),
            "png" => TypedResults.Bytes(PngCodec.Encode(shop.Renderer.Picture(state).Image), "image/png", "face.png"),
            "mask" => TypedResults.Bytes(PngCodec.Encode(MaskColors.Paint(shop.Renderer.Picture(state).Labels, model.Layout)), "image/png", "mask.png"),
            "labels" => TypedResults.Bytes(IndexPng.Encode(shop.Renderer.Picture(state).Labels, model.Layout), "image/png", "labels.png"),
            "npy" => TypedResults.Bytes(Code(shop.Renderer, state), "application/octet-stream", "latents.npy"),
            _ => throw new InputException($"format '{format}', expected json, png, mask, labels or npy."),
        };
    }, stop);

    private static Task<GeneratedFace> Mix(Workshop shop, MixRequest mix, CancellationToken stop) => shop.Queue.Run(() =>
    {
        Face mixed = mix.Into.With(new TakeCodes(mix.Slots, mix.From));
        return new GeneratedFace(mixed, Draw(shop.Renderer, mixed));
    }, stop);

    private static async Task<IReadOnlyList<Variant>> Variants(Workshop shop, VariantsRequest request, CancellationToken stop)
    {
        Require(request.Count is >= 1 and <= MostFaces, $"count {request.Count}, expected 1 to {MostFaces}.");
        Require(request.Seed is >= 0 and <= long.MaxValue - MostFaces, $"seed {request.Seed}, expected 0 or more.");
        // One by one: an edit that comes meanwhile waits for one picture, not for all.
        List<Variant> variants = [];
        for (int i = 0; i < request.Count; i++)
        {
            NewCodes edit = new(request.Slots, request.Seed + i, request.Truncation);
            FaceState state = FaceState.Of(request.Face.With(edit), shop.Renderer.Model);
            variants.Add(await shop.Queue.Run(() => new Variant(edit, PngCodec.Encode(shop.Renderer.Picture(state).Image)), stop));
        }
        return variants;
    }

    private static Task<LayersAnswer> Layers(Workshop shop, Face face, string? part, CancellationToken stop) => shop.Queue.Run(() =>
    {
        SemanticModel model = shop.Renderer.Model;
        FaceState state = FaceState.Of(face, model);
        PartComponents components = new(shop.Renderer.Synthesizer);
        using DisposeScope scope = torch.NewDisposeScope();
        GeneratorOutput output = shop.Renderer.Synthesize(state);
        byte[] coarse = PngCodec.Encode(MaskColors.Paint(MaskTensors.ToLabels(output.CoarseMask)[0], model.Layout));
        IReadOnlyList<byte[]> depths = components.HasDepths ? [.. components.DepthMaps(output).Select(PngCodec.Encode)] : [];
        return new LayersAnswer(coarse, depths, part is null ? null : Alone(shop.Renderer, state, model.Layout.IndexOf(part), components));
    }, stop);

    private static byte[] Alone(FaceRenderer renderer, FaceState state, int part, PartComponents components)
    {
        FaceState alone = state with { Parts = [.. state.Parts.Select((p, k) => p with { On = k == 0 || k == part })] };
        GeneratorOutput output = renderer.Synthesize(alone);
        return PngCodec.EncodeTransparent(ImageTensors.ToPictures(output.Image)[0], components.Opacity(output, part));
    }

    private static FacePicture Draw(FaceRenderer renderer, Face face)
    {
        FaceState state = FaceState.Of(face, renderer.Model);
        Picture picture = renderer.Picture(state);
        return FacePicture.Of(picture, state, renderer);
    }

    private static byte[] Code(FaceRenderer renderer, FaceState state)
    {
        using torch.Tensor code = renderer.Code(state);
        using MemoryStream file = new();
        Formats.Npy.Write(file, code);
        return file.ToArray();
    }

    private static void Require(bool holds, string fault)
    {
        if (!holds) throw new InputException(fault);
    }
}
