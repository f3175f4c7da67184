//! Pages of items, in chronological order as servers give them (Movim 2026-08 takes either order).

use causeway_core::adapter::{Context, Slice};
use causeway_core::id::{ActorId, PlaceId};
use causeway_core::ports::{ObjectView, Page, Viewer};
use causeway_core::refusal::Refusal;

use crate::ids::{NETWORK, Place};
use crate::wire::pubsub::PageRequest;

/// Items of one answer at most: Movim 2026-08 asks for 500 comments.
pub(crate) const MOST: usize = 500;
/// Items of an answer to who names no number.
const USUAL: usize = 20;

/// A list of objects.
pub(crate) enum List<'a> {
    /// What an actor posts: kept newest first.
    Timeline(&'a ActorId),
    /// What is said in a place: kept oldest first.
    Comments(&'a PlaceId),
}

/// Which part of it, in chronological terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The newest so many.
    Newest(usize),
    /// The oldest so many.
    Oldest(usize),
    /// So many, up to the one before this position.
    Before(String, usize),
    /// So many, from the one after this position.
    After(String, usize),
    /// So many from this place on.
    From(u64, usize),
}

/// A part of a list, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Window {
    /// The objects.
    pub(crate) views: Vec<ObjectView>,
    /// Where in the whole the first stands, from 0.
    pub(crate) index: u64,
    /// How many the whole has.
    pub(crate) total: u64,
}

impl Part {
    /// What a request asks for; positions are item ids of `place`. A page without any mark is the first, which is the
    /// oldest.
    // XEP-0060 §6.5.4, §6.5.7; XEP-0059 §2
    pub(crate) fn of(max_items: Option<u32>, page: Option<&PageRequest>, place: &Place) -> Self {
        let number = |asked: Option<u32>| {
            asked
                .map_or(USUAL, |number| usize::try_from(number).unwrap_or(MOST))
                .min(MOST)
        };
        let Some(page) = page else {
            return Self::Newest(number(max_items));
        };
        let number = number(page.max.or(max_items));
        let position = |id: &str| {
            place
                .item(id)
                .map_or_else(String::new, |item| item.object().as_str().to_owned())
        };
        match (
            page.before.as_deref(),
            page.after.as_deref().filter(|after| !after.is_empty()),
            page.index,
        ) {
            (Some(""), _, _) => Self::Newest(number),
            (Some(before), _, _) => Self::Before(position(before), number),
            (None, Some(after), _) => Self::After(position(after), number),
            (None, None, Some(index)) => Self::From(u64::from(index), number),
            (None, None, None) => Self::Oldest(number),
        }
    }

    fn number(&self) -> usize {
        match self {
            Self::Newest(number)
            | Self::Oldest(number)
            | Self::Before(_, number)
            | Self::After(_, number)
            | Self::From(_, number) => *number,
        }
    }
}

impl List<'_> {
    /// That part of the list, as `viewer` sees it.
    ///
    /// # Errors
    /// `Retry` when the store does not answer.
    pub(crate) async fn window(&self, context: &Context, viewer: &Viewer, part: &Part) -> Result<Window, Refusal> {
        let number = part.number();
        if number == 0 {
            let counted = self.page(context, viewer, &first(1)).await?;
            return Ok(Window {
                total: counted.total,
                ..Window::default()
            });
        }
        let slice = match (self.near(part), part) {
            (Some(page), _) => self.page(context, viewer, &page).await?,
            (None, Part::From(index, _)) => {
                let total = self.page(context, viewer, &first(1)).await?.total;
                let count = u64::try_from(number)
                    .unwrap_or(u64::MAX)
                    .min(total.saturating_sub(*index));
                self.counted_from(context, viewer, total.saturating_sub(*index + count), count)
                    .await?
            }
            (None, _) => {
                let near = self.page(context, viewer, &first(number)).await?;
                let count = u64::try_from(number).unwrap_or(u64::MAX);
                match near.total.checked_sub(count) {
                    None | Some(0) => near,
                    Some(start) => self.counted_from(context, viewer, start, count).await?,
                }
            }
        };
        Ok(self.chronological(slice))
    }

    /// The page that answers at once, where the list is kept in a fitting order.
    fn near(&self, part: &Part) -> Option<Page> {
        match (self, part) {
            (Self::Timeline(_), Part::Newest(number)) | (Self::Comments(_), Part::Oldest(number)) => {
                Some(first(*number))
            }
            (_, Part::Before(position, number)) => Some(Page {
                before: Some(position.clone()),
                ..first(*number)
            }),
            (_, Part::After(position, number)) => Some(Page {
                after: Some(position.clone()),
                ..first(*number)
            }),
            (Self::Comments(_), Part::From(index, number)) => Some(Page {
                index: Some(*index),
                ..first(*number)
            }),
            (Self::Timeline(_), Part::Oldest(_) | Part::From(..)) | (Self::Comments(_), Part::Newest(_)) => None,
        }
    }

    async fn counted_from(
        &self,
        context: &Context,
        viewer: &Viewer,
        start: u64,
        count: u64,
    ) -> Result<Slice<ObjectView>, Refusal> {
        let page = Page {
            index: Some(start),
            ..first(usize::try_from(count).unwrap_or(MOST))
        };
        self.page(context, viewer, &page).await
    }

    async fn page(&self, context: &Context, viewer: &Viewer, page: &Page) -> Result<Slice<ObjectView>, Refusal> {
        if page.max == 0 {
            return Ok(Slice {
                items: Vec::new(),
                total: 0,
                index: 0,
                next: None,
            });
        }
        match self {
            Self::Timeline(author) => context.reads.timeline(viewer, author, &NETWORK, page).await,
            Self::Comments(place) => context.reads.comments(viewer, place, &NETWORK, page).await,
        }
    }

    fn chronological(&self, slice: Slice<ObjectView>) -> Window {
        let Slice {
            mut items,
            total,
            index,
            ..
        } = slice;
        let count = u64::try_from(items.len()).unwrap_or(u64::MAX);
        let index = match self {
            Self::Timeline(_) => {
                items.reverse();
                total.saturating_sub(index.saturating_add(count))
            }
            Self::Comments(_) => index,
        };
        Window {
            views: items,
            index,
            total,
        }
    }
}

fn first(number: usize) -> Page {
    Page {
        max: number,
        ..Page::default()
    }
}
