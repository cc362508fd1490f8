using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SemanticStyleGan.Data;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using SemanticStyleGan.Studio.Faces;
using SemanticStyleGan.Studio.Hosting;
using SemanticStyleGan.Studio.Rendering;
using SemanticStyleGan.Synthesis;
using TorchSharp;

namespace SemanticStyleGan.Studio.Api;

/// <summary>The endpoints whose work takes longer; they answer with server-sent events while it goes on.</summary>
internal static class TaskEndpoints
{
    private const int MostFaces = 16, MostFrames = 480, MostSteps = 400;

    internal static void Map(IEndpointRouteBuilder api, Workshop shop)
    {
        api.MapPost("/walk", (WalkRequest walk, CancellationToken stop) => Walk(shop, walk, stop)).WithSummary("The frames of a walk through faces, as events.");
        api.MapPost("/walk.webp", (WalkRequest walk, CancellationToken stop) => WalkFile(shop, walk, stop)).Produces(200, contentType: "image/webp").WithSummary("A walk through faces as an animated WebP.");
        api.MapPost("/paint", (PaintRequest paint, CancellationToken stop) => Paint(shop, paint, stop)).WithSummary("Codes whose mask follows a painted one; events report how far it is, the last one has the edit.");
    }

    private static ServerSentEventsResult<object> Walk(Workshop shop, WalkRequest walk, CancellationToken stop)
    {
        Require(walk);
        return EventStream.Of(shop.LongWork.Run<WorkReport>((report, left) =>
        {
            int done = 0;
            Frames(shop.Renderer, walk, picture => report(new WorkReport(++done, walk.Steps, Image: PngCodec.Encode(picture.Image))), left);
        }, stop), stop);
    }

    private static async Task<IResult> WalkFile(Workshop shop, WalkRequest walk, CancellationToken stop)
    {
        Require(walk);
        byte[] file = [];
        await foreach (byte[] made in shop.LongWork.Run<byte[]>((report, left) =>
        {
            AnimatedWebP webp = new(walk.FramesPerSecond);
            int scale = Math.Max(1, 256 / shop.Renderer.Model.Config.ImageSize);
            Frames(shop.Renderer, walk, picture => webp.Add(ImageGrid.Compose([picture.Image], 1, scale: scale)), left);
            report(webp.Encode());
        }, stop)) file = made;
        return TypedResults.Bytes(file, "image/webp", "walk.webp");
    }

    private static ServerSentEventsResult<object> Paint(Workshop shop, PaintRequest paint, CancellationToken stop)
    {
        SemanticModel model = shop.Renderer.Model;
        int side = model.Config.ImageSize;
        if (paint.Steps is < 1 or > MostSteps) throw new InputException($"steps {paint.Steps}, expected 1 to {MostSteps}.");
        if (paint.Labels.Length != side * side) throw new InputException($"labels of {paint.Labels.Length:N0} bytes, expected {side * side:N0}: one for each of {side}×{side} pixels.");
        LabelMap wanted = new(side, side, paint.Labels);
        wanted.RequireClasses(model.Layout, "labels");
        FaceState state = FaceState.Of(paint.Face, model);
        PartSelection selection = PartSelection.Parse(paint.Slots ?? "all", PartCode.Shape, model);
        return EventStream.Of(shop.LongWork.Run<WorkReport>((report, left) =>
        {
            using DisposeScope scope = torch.NewDisposeScope();
            torch.Tensor code = shop.Renderer.Code(state);
            Reporter reporter = new(report);
            torch.Tensor found = new MaskPainting(model).Fit(code, wanted, selection, paint.Steps, reporter, reporter.Look, left);
            report(new WorkReport(paint.Steps, paint.Steps, Edit: FoundCodes.Edit(found, selection, model)));
        }, stop), stop);
    }

    // The knots are whole codes; all parts are on and in their places.
    private static void Frames(FaceRenderer renderer, WalkRequest walk, Action<Picture> use, CancellationToken stop)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        FaceState[] states = [.. walk.Faces.Select(face => FaceState.Of(face, renderer.Model))];
        FaceState[] knots = walk.Loop ? [.. states, states[0]] : states;
        torch.Tensor codes = CubicSpline.Sample(torch.cat([.. knots.Select(renderer.Code)]), walk.Loop ? walk.Steps + 1 : walk.Steps);
        renderer.Synthesizer.Pictures(codes.narrow(0, 0, walk.Steps), use, stop: stop);
    }

    private static void Require(WalkRequest walk)
    {
        if (walk.Faces.Count is < 2 or > MostFaces) throw new InputException($"{walk.Faces.Count} faces, expected 2 to {MostFaces}.");
        if (walk.Steps is < 2 or > MostFrames) throw new InputException($"steps {walk.Steps}, expected 2 to {MostFrames}.");
        if (walk.FramesPerSecond is not (>= 1 and <= 60)) throw new InputException($"framesPerSecond {walk.FramesPerSecond}, expected 1 to 60.");
    }
}
