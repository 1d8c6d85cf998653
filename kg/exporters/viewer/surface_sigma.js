/* The surface that draws tens of thousands of nodes: sigma.js on WebGL, with a canvas over it. */

const surface = (() => {
  const LEAST = 1.6; // pixels that a mark is never smaller than
  const MOVING = 8000; // marks that are drawn while the picture moves, the best supported first
  const HALF = 1000; // half the side of the square that the camera calls 0 to 1
  const NAMES = ["dot", "square", "diamond", "triangle", "triangleDown", "hexagon", "star"];
  const reduced = matchMedia("(prefers-reduced-motion: reduce)");
  let holder = null;
  let told = null; // what the map does
  let sigma = null;
  let graph = null;
  let canvas = null; // over the others
  let drawn = [[], new Map()];
  let settling = 0;

  /* Marks: a triangle around each, in which a distance tells what is inside the shape. */
  const VERTEX = `
    attribute vec4 a_id;
    attribute vec4 a_color;
    attribute vec2 a_position;
    attribute float a_size;
    attribute float a_shape;
    attribute vec2 a_way;
    uniform mat3 u_matrix;
    uniform float u_sizeRatio;
    uniform float u_correctionRatio;
    uniform float u_least;
    varying vec4 v_color;
    varying vec2 v_point;
    varying float v_border;
    varying float v_shape;
    void main() {
      float radius = max(a_size / u_sizeRatio, u_least) * u_correctionRatio * 2.0;
      v_shape = max(a_size / u_sizeRatio, u_least) < 2.5 ? 0.0 : a_shape; // too small to tell
      vec2 way = (v_shape < 0.5 ? 2.2 : 2.75) * a_way;
      gl_Position = vec4((u_matrix * vec3(a_position + radius * way, 1)).xy, 0, 1);
      v_point = way;
      v_border = u_correctionRatio * 2.0 / radius;
      #ifdef PICKING_MODE
      v_color = a_id;
      #else
      v_color = a_color;
      #endif
      v_color.a *= 255.0 / 254.0;
    }`;

  const FRAGMENT = `
    precision highp float;
    varying vec4 v_color;
    varying vec2 v_point;
    varying float v_border;
    varying float v_shape;
    float polygon(vec2 p, float sides, float reach, float turn) {
      float step = 6.2831853 / sides;
      float angle = atan(p.x, p.y) + turn;
      return cos(floor(0.5 + angle / step) * step - angle) * length(p) - reach;
    }
    float star(vec2 p) {
      float step = 6.2831853 / 5.0;
      float angle = abs(mod(atan(p.x, p.y) + 0.5 * step, step) - 0.5 * step);
      vec2 q = length(p) * vec2(sin(angle), cos(angle)) - vec2(0.0, 1.3);
      vec2 side = normalize(vec2(0.3409, -0.8308));
      return q.x * -side.y + q.y * side.x;
    }
    void main(void) {
      float far = length(v_point) - 1.0;
      if (v_shape > 5.5) far = star(v_point);
      else if (v_shape > 4.5) far = polygon(v_point, 6.0, 0.909, 0.0);
      else if (v_shape > 3.5) far = polygon(v_point, 3.0, 0.625, 0.0);
      else if (v_shape > 2.5) far = polygon(v_point, 3.0, 0.625, 3.1415927);
      else if (v_shape > 1.5) far = (abs(v_point.x) + abs(v_point.y) - 1.15) * 0.7071;
      else if (v_shape > 0.5) far = max(abs(v_point.x), abs(v_point.y)) - 0.8485;
      #ifdef PICKING_MODE
      gl_FragColor = far > v_border ? vec4(0.0) : v_color;
      #else
      gl_FragColor = mix(v_color, vec4(0.0), clamp(far / v_border + 0.5, 0.0, 1.0));
      #endif
    }`;

  const { FLOAT, UNSIGNED_BYTE, TRIANGLES } = WebGLRenderingContext;

  class Marks extends Sigma.rendering.NodeProgram {
    getDefinition() {
      return {
        VERTICES: 3,
        VERTEX_SHADER_SOURCE: VERTEX,
        FRAGMENT_SHADER_SOURCE: FRAGMENT,
        METHOD: TRIANGLES,
        UNIFORMS: ["u_matrix", "u_sizeRatio", "u_correctionRatio", "u_least"],
        ATTRIBUTES: [
          { name: "a_position", size: 2, type: FLOAT },
          { name: "a_size", size: 1, type: FLOAT },
          { name: "a_shape", size: 1, type: FLOAT },
          { name: "a_color", size: 4, type: UNSIGNED_BYTE, normalized: true },
          { name: "a_id", size: 4, type: UNSIGNED_BYTE, normalized: true },
        ],
        CONSTANT_ATTRIBUTES: [{ name: "a_way", size: 2, type: FLOAT }],
        CONSTANT_DATA: [0, 1, 2].map((corner) => (corner * 2 * Math.PI) / 3).map((turn) => [Math.cos(turn), Math.sin(turn)]),
      };
    }

    processVisibleItem(id, start, item) {
      const values = [item.x, item.y, item.size, item.shape, Sigma.utils.floatColor(item.color), id];
      for (const [at, value] of values.entries()) this.array[start + at] = value;
    }

    /** Draw: all marks when the picture rests; what can be pointed at need be known only then. */
    drawWebGL(method, told) {
      if (isMoving() && told.isPicking) return;
      const every = this.capacity;
      if (isMoving()) this.capacity = Math.min(every, MOVING);
      super.drawWebGL(method, told);
      this.capacity = every;
    }

    setUniforms({ matrix, sizeRatio, correctionRatio }, { gl, uniformLocations: places }) {
      gl.uniformMatrix3fv(places.u_matrix, false, matrix);
      gl.uniform1f(places.u_sizeRatio, sizeRatio);
      gl.uniform1f(places.u_correctionRatio, correctionRatio);
      gl.uniform1f(places.u_least, LEAST);
    }
  }

  /* Lines are found by where they run, so none is drawn to be pointed at. */
  class Lines extends Sigma.rendering.EdgeLineProgram {
    drawWebGL(method, told) {
      if (!told.isPicking) super.drawWebGL(method, told);
    }
  }

  const isMoving = () => {
    const mouse = sigma?.getMouseCaptor();
    return Boolean(mouse && (mouse.isMoving || mouse.draggedEvents || mouse.currentWheelDirection || sigma.getCamera().isAnimated()));
  };

  /* ---- what is drawn ---- */

  const draw = (entities, pairs) => {
    drawn = [entities, pairs];
    graph = new graphology.Graph({ type: "undirected" });
    for (const entity of entities) {
      const [x, y] = told.spot(entity);
      const shape = Math.max(0, NAMES.indexOf(entity.type.shape));
      graph.addNode(entity.place, { x, y: -y, size: figures.radius(entity), shape, color: figures.colour(entity) });
    }
    const [line, faint] = ["line", "faint"].map((name) => figures.faded(name, pairs.size));
    // Company first, so that what papers assert is drawn over it.
    const [said, company] = [[], []];
    for (const pair of pairs.values()) (choices.links(pair).length ? said : company).push(pair);
    for (const [group, color] of [[company, faint], [said, line]])
      for (const pair of group) graph.addEdge(pair.one.place, pair.two.place, { color, size: 1 });
    sigma.setGraph(graph);
  };

  /* ---- the camera ---- */

  /** Tell how the picture lies on the screen now: there is no rotation. */
  const lens = () => {
    const [origin, unit] = [0, 1000].map((at) => sigma.graphToViewport({ x: at, y: -at }));
    return { scale: (unit.x - origin.x) / 1000, x: origin.x, y: origin.y };
  };

  const seat = (entity) => {
    const node = graph.getNodeAttributes(entity.place);
    return [node.x, -node.y];
  };

  const locator = () => {
    const { scale, x, y } = lens();
    return (entity) => {
      if (!graph.hasNode(entity.place)) return [1e9, 1e9];
      const [left, top] = seat(entity);
      return [x + scale * left, y + scale * top];
    };
  };

  const where = (entity) => {
    const [x, y] = locator()(entity);
    return { x, y };
  };

  const move = (x, y, scale, still) => {
    const camera = sigma.getCamera();
    const now = lens().scale;
    const goal = { x: 0.5 + x / (2 * HALF), y: 0.5 - y / (2 * HALF), ratio: (camera.ratio * now) / scale };
    if (still || reduced.matches) camera.setState(goal);
    else camera.animate(goal, { duration: 320 });
  };

  const fit = (entities, still) => {
    const spots = entities.filter((entity) => graph.hasNode(entity.place)).map(seat);
    if (!spots.length) return;
    // Of very many, a few that lie far out would make the others small.
    const margin = spots.length > 5000 ? Math.floor(spots.length / 40) : 0;
    const ends = (axis) => {
      const sorted = Float64Array.from(spots, (spot) => spot[axis]).sort();
      return [sorted[margin], sorted[sorted.length - 1 - margin]];
    };
    const [[left, right], [top, bottom]] = [ends(0), ends(1)];
    const [wide, high] = [holder.clientWidth, holder.clientHeight];
    const scale = Math.min(1.6, (0.92 * wide) / (right - left + 60), (0.92 * high) / (bottom - top + 60));
    move((left + right) / 2, (top + bottom) / 2, scale, still);
  };

  const zoom = (factor) => {
    const camera = sigma.getCamera();
    const ratio = camera.ratio / factor;
    if (reduced.matches) camera.setState({ ratio });
    else camera.animate({ ratio }, { duration: 200 });
  };

  /* ---- over the picture ---- */

  const over = (still = true) => {
    const size = [holder.clientWidth, holder.clientHeight];
    const ratio = devicePixelRatio || 1;
    const [wide, high] = size.map((side) => Math.round(side * ratio));
    if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, ...size);
    if (size[0] && size[1]) told.over(context, { at: locator(), size, scale: lens().scale, still });
  };

  /** Draw the labels of the best supported while the picture moves, all of them when it rests. */
  const follow = () => {
    clearTimeout(settling);
    if (graph.order <= 2000) return over();
    over(false);
    settling = setTimeout(() => (isMoving() ? follow() : over()), 120);
  };

  const start = (element, does) => {
    holder = element;
    told = does;
    graph = new graphology.Graph({ type: "undirected" });
    sigma = new Sigma(graph, holder, {
      defaultNodeType: "mark",
      nodeProgramClasses: { mark: Marks },
      defaultEdgeType: "thin",
      edgeProgramClasses: { thin: Lines },
      renderLabels: false,
      renderEdgeLabels: false,
      hideEdgesOnMove: true,
      enableCameraRotation: false,
      stagePadding: 0,
      itemSizesReference: "positions",
      zoomToSizeRatioFunction: (ratio) => ratio,
      doubleClickZoomingRatio: 1,
      allowInvalidContainer: true,
    });
    sigma.setCustomBBox({ x: [-HALF, HALF], y: [-HALF, HALF] });
    canvas = make("canvas", { class: "over" });
    holder.append(canvas);
    sigma.on("afterRender", follow);
    new ResizeObserver(() => sigma.resize(true).scheduleRender()).observe(holder);
    sigma.on("clickNode", ({ node }) => does.pick({ entity: model.entities[node] }));
    sigma.on("clickStage", ({ event }) => {
      const pair = does.lineAt(event.x, event.y, locator());
      does.pick(pair && { pair });
    });
    sigma.on("doubleClickNode", ({ node, preventSigmaDefault }) => {
      preventSigmaDefault();
      does.expand(model.entities[node]);
    });
    sigma.on("enterNode", ({ node }) => {
      holder.style.cursor = "pointer";
      does.hover(model.entities[node]);
    });
    sigma.on("leaveNode", () => {
      holder.style.cursor = "";
      does.hover(null);
    });
  };

  return {
    start,
    draw,
    fit,
    zoom,
    where,
    clear: () => {},
    has: (entity) => graph.hasNode(entity.place),
    moveTo: (entity, scale) => move(...seat(entity), scale, false),
    scale: () => lens().scale,
    redraw: () => over(),
    restyle: () => draw(...drawn),
    physics: () => {},
    canvases: () => {
      sigma.refresh({ skipIndexation: true, schedule: false }); // WebGL forgets what it drew
      return [...Object.values(sigma.getCanvases()), canvas];
    },
    isFast: true,
  };
})();
