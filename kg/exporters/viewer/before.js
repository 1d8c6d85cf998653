"use strict";
/* vis-network puts styles into the page for controls that this page does not have. The policy of
   the page refuses them, with a message for each; so they are turned away before it has to. */
document.head.appendChild = (node) =>
  node.nodeName === "STYLE" ? node : Node.prototype.appendChild.call(document.head, node);
